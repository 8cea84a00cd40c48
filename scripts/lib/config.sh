# shellcheck shell=bash
# Odoo's configuration file, written anew by every command.

# config_write FILE DATABASE PORT
config_write() {
    mkdir -p "$DATA_DIR" "$LOCAL/log" || die "cannot write to $DATA_DIR" "choose another place: make run DATA_DIR=..."
    cat >"$1" <<-CONF
	[options]
	addons_path = $REPO${ODOO_ADDONS:+,$ODOO_ADDONS}
	data_dir = $DATA_DIR
	db_name = $2
	http_interface = 127.0.0.1
	http_port = $3
	list_db = False
	max_cron_threads = 1
	CONF
}

odoo_cli() { "$PY" -m odoo "$@"; }
