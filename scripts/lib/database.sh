# shellcheck shell=bash
# Databases are clones of two templates, made once:
#   core   Odoo's addons that ours depend on, demo data, Chinese
#   full   core + the addons of this repository, their demo data, asset bundles
# Their names hold a hash of all that went in, so they are never out of date.

db() { "$PY" "$TOOLS/db.py" "$@"; }
addons() { "$PY" "$TOOLS/addons.py" "$@"; }

database_check_server() {
    local problem
    problem=$(db check 2>&1) || die "PostgreSQL cannot be used: $problem" \
        "check PGHOST, PGPORT, PGUSER and PGPASSWORD," \
        "or leave PGHOST away to get a private server"
}

# Sets FAMILY, CORE, FULL: names of this checkout's templates.
database_names() {
    FAMILY=ia_$( (echo "$DATA_DIR") | sha_of | cut -c1-6)
    local core
    core=$(echo "$ODOO_ID $LANGUAGE $(addons depends)" | sha_of)
    CORE=${FAMILY}_core_$core
    FULL=${FAMILY}_full_$(echo "$core $(addons hash)" | sha_of)
}

# database_odoo LOG OPTION...: one run of Odoo that ends by itself
database_odoo() {
    local log=$1
    shift
    run_logged "$log" odoo_cli "$@" --no-http --stop-after-init || die \
        "Odoo failed, see $log" "to see it again with all details: scripts/odoo $* --stop-after-init"
}

database_drop_others() { # of the same family, but with another hash
    local name
    for name in $(db list "$1"); do
        [ "$name" = "$2" ] || db drop "$name"
    done
}

database_core() {
    ! db exists "$CORE" || return 0
    need_space "$DATA_DIR" 600 "the databases"
    database_drop_others "${FAMILY}_core_" "$CORE"
    database_drop_others "${FAMILY}_new" ''
    begin "database with Odoo's own addons ($(addons depends)) and demo data"
    config_write "$LOCAL/build.conf" "${FAMILY}_new" "$PORT"
    database_odoo "$LOCAL/log/core.log" -c "$LOCAL/build.conf" -i "$(addons depends)" \
        --with-demo --load-language="$LANGUAGE"
    db rename "${FAMILY}_new" "$CORE"
    finish
}

# Sets nothing; makes $FULL. Its log is $LOCAL/log/install.log.
database_full() {
    ! db exists "$FULL" || return 0
    database_core
    database_drop_others "${FAMILY}_full_" "$FULL"
    database_drop_others "${FAMILY}_new" ''
    db clone "$CORE" "${FAMILY}_new"
    config_write "$LOCAL/build.conf" "${FAMILY}_new" "$PORT"
    : >"$LOCAL/log/install.log"
    if [ -n "$(addons list)" ]; then
        begin "installing $(addons list)"
        database_odoo "$LOCAL/log/install.log" -c "$LOCAL/build.conf" -i "$(addons list)" --with-demo
        finish
    fi
    begin "bundles of the web client"
    run_logged "$LOCAL/log/assets.log" odoo_shell_script "$LOCAL/build.conf" "$TOOLS/assets.py" || die \
        "the bundles of the web client cannot be built" "see $LOCAL/log/assets.log"
    finish
    db stamp "${FAMILY}_new" "{\"addons\": $(addons hashes)}"
    db rename "${FAMILY}_new" "$FULL"
}

# odoo_shell_script CONFIG SCRIPT: run a file in odoo shell
odoo_shell_script() { odoo_cli shell -c "$1" --no-http <"$2"; }

# Warnings of the installation, and demo files that failed silently.
database_problems() {
    "$PY" "$TOOLS/install_log.py" "$LOCAL/log/install.log" || return 1
    local without
    [ -z "$(addons list)" ] || without=$(db no-demo "$1" "$(addons list)")
    if [ -n "${without:-}" ]; then
        echo "demo data failed in: $without"
        return 1
    fi
}
