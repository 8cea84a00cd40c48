# shellcheck shell=bash
# Databases are clones of two templates, made once:
#   core   Odoo's addons that ours depend on, demo data, Chinese, asset bundles
#   full   core + the addons of this repository and their demo data
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
    finish
    database_bundles
    db rename "${FAMILY}_new" "$CORE"
}

# The web client's bundles, so that the first page and the first browser test are
# quick. Those that an addon does not touch come from the core template.
database_bundles() {
    begin "bundles of the web client"
    run_logged "$LOCAL/log/assets.log" odoo_shell_script "$LOCAL/build.conf" "$TOOLS/assets.py" || die \
        "the bundles of the web client cannot be built" "see $LOCAL/log/assets.log"
    finish
}

# Makes $FULL; the log of the installation is $LOCAL/log/install.log.
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
    database_bundles
    db stamp "${FAMILY}_new" "$ODOO_ID"
    db rename "${FAMILY}_new" "$FULL"
}

# odoo_shell_script CONFIG SCRIPT: run a file in odoo shell
odoo_shell_script() { odoo_cli shell -c "$1" --no-http <"$2"; }

# database_scratch KIND: a clone of $FULL that goes when the command ends (the
# template itself must have no other session while it is cloned).
# Sets SCRATCH (its name) and ODOO_RC (its configuration).
database_scratch() {
    local old
    for old in $(db list "${FAMILY}_$1_"); do # of commands that were killed
        kill -0 "${old##*_}" 2>/dev/null || db drop "$old"
    done
    SCRATCH=${FAMILY}_$1_$$
    export ODOO_RC=$LOCAL/$1-$$.conf
    trap database_scratch_drop EXIT
    database_scratch_renew
    config_write "$ODOO_RC" "$SCRATCH" 0
}

database_scratch_renew() {
    db drop "$SCRATCH"
    db clone "$FULL" "$SCRATCH"
}

database_scratch_drop() {
    rm -f "$ODOO_RC"
    if [ -z "${KEEP_DB:-}" ]; then db drop "$SCRATCH"; else say "kept: database $SCRATCH"; fi
}

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
