# shellcheck shell=bash
# Chromium, for the browser tests.

browser_find() {
    local name
    for name in google-chrome chromium chromium-browser google-chrome-stable; do
        if command -v "$name" >/dev/null; then return 0; fi
    done
    return 1
}

browser_ensure() {
    ! browser_find || return 0
    if is_root && command -v apt-get >/dev/null; then
        begin "installing Chromium"
        run_logged "$LOCAL/log/chromium.log" env DEBIAN_FRONTEND=noninteractive sh -c \
            'apt-get -q update && apt-get -q install -y --no-install-recommends chromium' ||
            die "Chromium could not be installed" "check the network, or install it by hand: apt-get install chromium"
        finish
        return 0
    fi
    [ -z "${NO_BROWSER:-}" ] || { say "    no Chromium: browser tests are skipped (NO_BROWSER)"; return 0; }
    die "the browser tests need Chromium or Chrome, and none was found" \
        "as root: apt-get install chromium" \
        "or leave these tests out: make test NO_BROWSER=1"
}
