# shellcheck shell=bash
# Databases are clones of three templates, made once:
#   core     Odoo's addons that ours depend on, demo data, Chinese, asset bundles
#   archive  core + the client archive alone and its demo data
#   full     archive + the other addons of this repository and their demo data
# Their names hold a hash of all that went in, so they are never out of date.

ARCHIVE=insurance_client_archive

db() { "$PY" "$TOOLS/db.py" "$@"; }
addons() { "$PY" "$TOOLS/addons.py" "$@"; }

database_check_server() {
    local problem
    problem=$(db check 2>&1) || die "PostgreSQL cannot be used: $problem" \
        "check PGHOST, PGPORT, PGUSER and PGPASSWORD," \
        "or leave PGHOST away to get a private server"
}

# Sets FAMILY, CORE, ALONE, FULL: names of this checkout's templates.
database_names() {
    FAMILY=ia_$( (echo "$DATA_DIR") | sha_of | cut -c1-6)
    local core
    core=$(echo "$ODOO_ID $LANGUAGE $(addons depends)" | sha_of)
    CORE=${FAMILY}_core_$core
    ALONE=${FAMILY}_alone_$(echo "$core $(addons hash $ARCHIVE)" | sha_of)
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
    db rename "${FAMILY}_new" "$CORE"
}

# database_bundles NAME: the web client's bundles, so that the first page and the first
# browser test are quick. Our addons are part of them: the core template needs none.
database_bundles() {
    ! db bundled "$1" || return 0
    begin "bundles of the web client"
    config_write "$LOCAL/build.conf" "$1" "$PORT"
    run_logged "$LOCAL/log/assets.log" odoo_shell_script "$LOCAL/build.conf" "$TOOLS/assets.py" || die \
        "the bundles of the web client cannot be built" "see $LOCAL/log/assets.log"
    finish
}

# Makes $ALONE: the client archive without the addons that stand on it. Its bundles are
# made by the tests, the only ones that serve it.
database_alone() {
    ! db exists "$ALONE" || return 0
    database_core
    database_drop_others "${FAMILY}_alone_" "$ALONE"
    database_layer "$CORE" "$ALONE" "$ARCHIVE"
    db rename "${FAMILY}_new" "$ALONE"
}

# Makes $FULL: all addons.
database_full() {
    ! db exists "$FULL" || return 0
    database_alone
    database_drop_others "${FAMILY}_full_" "$FULL"
    database_layer "$ALONE" "$FULL" "$(addons others "$ARCHIVE")"
    database_bundles "${FAMILY}_new"
    db rename "${FAMILY}_new" "$FULL"
}

# database_layer FROM TO ADDONS: what will be TO, still named "new", so that what is not
# whole never looks so. The log of the installation is $LOCAL/log/TO.log
database_layer() {
    database_drop_others "${FAMILY}_new" ''
    db clone "$1" "${FAMILY}_new"
    config_write "$LOCAL/build.conf" "${FAMILY}_new" "$PORT"
    begin "installing $3"
    database_odoo "$LOCAL/log/$2.log" -c "$LOCAL/build.conf" -i "$3" --with-demo
    finish
    db stamp "${FAMILY}_new" "$ODOO_ID"
}

# odoo_shell_script CONFIG SCRIPT: run a file in odoo shell
odoo_shell_script() { odoo_cli shell -c "$1" --no-http <"$2"; }

# database_scratch KIND [TEMPLATE]: a clone (of $FULL) that goes when the command ends
# (the template itself must have no other session while it is cloned).
# Sets SCRATCH (its name) and ODOO_RC (its configuration).
database_scratch() {
    SCRATCH_OF=${2:-$FULL}
    local old
    for old in $(db list "${FAMILY}_$1_"); do # of commands that were killed
        kill -0 "${old##*_}" 2>/dev/null || db drop "$old"
    done
    SCRATCH=${FAMILY}_$1_$$
    export ODOO_RC=$LOCAL/$1-$$.conf
    trap database_scratch_drop EXIT
    config_write "$ODOO_RC" "$SCRATCH" 0
    database_scratch_renew
}

database_scratch_renew() {
    db drop "$SCRATCH"
    db clone "$SCRATCH_OF" "$SCRATCH"
    # All databases of this checkout share a destruction ledger. What others have written
    # since this template was made is carried out now, and not in the midst of a test.
    ! compgen -G "$DATA_DIR/insurance_use_log/destruction-*.ledger" >/dev/null ||
        run_logged "$LOCAL/log/ledger.log" odoo_cli insurance keys shred-ledger replay \
            -c "$ODOO_RC" -d "$SCRATCH" || die "the destruction ledger of this checkout does not fit" \
        "see $LOCAL/log/ledger.log, or start anew: make clean"
}

database_scratch_drop() {
    rm -f "$ODOO_RC"
    if [ -z "${KEEP_DB:-}" ]; then db drop "$SCRATCH"; else say "kept: database $SCRATCH"; fi
}

# database_problems TEMPLATE ADDONS: warnings of its installation, and demo files that
# failed silently.
database_problems() {
    "$PY" "$TOOLS/install_log.py" "$LOCAL/log/$1.log" || return 1
    local without
    without=$(db no-demo "$1" "$2")
    if [ -n "${without:-}" ]; then
        echo "demo data failed in: $without"
        return 1
    fi
}
