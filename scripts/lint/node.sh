# shellcheck shell=bash
# prettier and eslint, pinned by package-lock.json, kept in the cache.

# Sets NODE_DIR, or fails when this machine has no npm.
node_ensure() {
    command -v npm >/dev/null && command -v node >/dev/null || return 1
    local source=$REPO/scripts/lint
    NODE_DIR=$CACHE/node-$(cat "$source"/{package-lock.json,eslint.config.mjs} | sha_of)
    [ ! -e "$NODE_DIR/ready" ] || return 0
    lock_cache
    begin "prettier and eslint"
    mkdir -p "$NODE_DIR"
    cp "$source"/{package.json,package-lock.json,eslint.config.mjs} "$NODE_DIR"
    run_logged "$CACHE/logs/npm.log" npm --prefix "$NODE_DIR" ci --no-audit --no-fund --ignore-scripts ||
        die "prettier and eslint could not be installed" "check the network and npm's settings" \
            "or leave them out: make lint ARGS=\"$(piece_names | grep -v node | paste -sd' ')\""
    touch "$NODE_DIR/ready"
    finish
    unlock_cache
}

prettier() {
    (cd "$REPO" && "$NODE_DIR/node_modules/.bin/prettier" --config scripts/lint/prettier.json --no-editorconfig \
        --log-level warn --no-error-on-unmatched-pattern \
        --plugin "$NODE_DIR/node_modules/@prettier/plugin-xml/src/plugin.js" "$@" \
        'insurance_*/**/*.{xml,js,css,scss}')
}

eslint() {
    (cd "$REPO" && "$NODE_DIR/node_modules/.bin/eslint" --config "$NODE_DIR/eslint.config.mjs" \
        --max-warnings 0 --no-error-on-unmatched-pattern "$@" 'insurance_*/static/**/*.js')
}
