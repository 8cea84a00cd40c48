# shellcheck shell=bash
# Everything a command needs, in order. prepare: ready to run Odoo.
LIB=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=scripts/lib/common.sh
. "$LIB/common.sh"
# shellcheck source=scripts/lib/apt.sh
. "$LIB/apt.sh"
# shellcheck source=scripts/lib/odoo.sh
. "$LIB/odoo.sh"
# shellcheck source=scripts/lib/python.sh
. "$LIB/python.sh"
# shellcheck source=scripts/lib/postgres.sh
. "$LIB/postgres.sh"
# shellcheck source=scripts/lib/config.sh
. "$LIB/config.sh"
# shellcheck source=scripts/lib/database.sh
. "$LIB/database.sh"
# shellcheck source=scripts/lib/server.sh
. "$LIB/server.sh"
# shellcheck source=scripts/lib/browser.sh
. "$LIB/browser.sh"

# prepare [dev]: Odoo, Python packages, PostgreSQL
prepare() {
    odoo_ensure
    python_ensure "$@"
    pg_ensure
    database_check_server
    mkdir -p "$DATA_DIR" || die "cannot write to $DATA_DIR" "choose another place: make run DATA_DIR=..."
    DATA_DIR=$(cd "$DATA_DIR" && pwd -P)
    database_names
}
