# shellcheck shell=bash
# PostgreSQL: the one that PGHOST names, or a private cluster on a unix socket.
# PostgreSQL refuses to run as root: then the cluster belongs to another user.

PG_AS=()
PG_USER=$(id -un)
if is_root; then
    PG_USER=postgres
    id "$PG_USER" >/dev/null 2>&1 || PG_USER=nobody
    PG_AS=(runuser -u "$PG_USER" --)
fi

pg_is_external() { [ -n "${PGHOST:-}" ] && [ "${INSURANCE_PG:-}" != private ]; }

# Sets PG_DIR: inside the checkout, unless the cluster's user cannot get there.
pg_place() {
    if [ -e "$LOCAL/pg_dir" ]; then
        PG_DIR=$(cat "$LOCAL/pg_dir")
        return 0
    fi
    mkdir -p "$LOCAL"
    PG_DIR=$LOCAL/pg
    if is_root && ! "${PG_AS[@]}" test -x "$LOCAL" 2>/dev/null; then
        PG_DIR=/var/lib/insurance-archive/$(sha_of <<<"$REPO")
    fi
    echo "$PG_DIR" >"$LOCAL/pg_dir"
}

# Sets PG_BIN: newest server of the machine that fits an existing cluster.
pg_find() {
    local wanted='' candidate
    [ ! -e "$PG_DIR/data/PG_VERSION" ] || wanted=$(cat "$PG_DIR/data/PG_VERSION")
    PG_BIN=
    for candidate in $(pg_candidates | sort -V -r); do
        [ -x "$candidate/initdb" ] && [ -x "$candidate/postgres" ] || continue
        if [ -z "$wanted" ] || "$candidate/postgres" -V | grep -q " $wanted\."; then
            PG_BIN=$candidate
            break
        fi
    done
    if [ -z "$PG_BIN" ]; then
        [ -z "$wanted" ] || die "the cluster in $PG_DIR was made by PostgreSQL $wanted, which is not here any more" \
            "install PostgreSQL $wanted, or start anew: make clean (the demo database is lost)"
        pg_unpack
    fi
    if [[ $PG_BIN == *insurance-archive* ]]; then
        local root=${PG_BIN%/usr/lib/postgresql/*}
        PG_LIBS=$(find "$root" -maxdepth 3 -type d -path '*lib/*-linux-gnu' | paste -sd:)
    fi
}

# Exports where PostgreSQL's programs are, also when the server itself is elsewhere.
pg_programs() {
    if pg_is_external; then
        PG_LIBS=
        pg_place
        pg_find
    fi
    export PG_BIN PG_LIBS PG_USER
}

pg_candidates() {
    [ -n "${PRIVATE_PG:-}" ] || ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null || true
    ls -d "$(pg_unpack_place)"/usr/lib/postgresql/*/bin 2>/dev/null || true
}

pg_unpack_place() { # must be reachable for the cluster's user
    if is_root; then echo /var/lib/insurance-archive/postgresql; else echo "$CACHE/postgresql"; fi
}

pg_unpack() { # no server on this machine: Debian's package, unpacked, not installed
    lock_cache
    apt_setup
    begin "PostgreSQL from Debian, unpacked beside Odoo"
    local target package deb needed
    target=$(pg_unpack_place)
    package=$(apt-cache -o Dir::Etc::sourcelist="$APT_ROOT/sources.list" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::State::Lists="$APT_ROOT/lists" -o Dir::Cache="$APT_ROOT/cache" \
        -o APT::Default-Release="$VERSION_CODENAME" depends "postgresql/$VERSION_CODENAME" 2>/dev/null |
        sed -nE 's/.*Depends: (postgresql-[0-9]+)$/\1/p' | head -n 1)
    [ -n "$package" ] || die "no PostgreSQL server here, and none in the package lists" \
        "as root: apt-get install postgresql, or use another server: PGHOST=... PGUSER=... make run"
    # Libraries that this machine lacks for it.
    mapfile -t needed < <(apt_private --no-install-recommends -s install "$package" 2>/dev/null |
        sed -nE 's/^Inst ([^ ]+) .*/\1/p')
    mkdir -p "$target"
    local DEBS=$DEBS/postgresql
    mkdir -p "$DEBS"
    apt_fetch "$package" "${package/postgresql-/postgresql-client-}" libpq5 ${needed[@]+"${needed[@]}"}
    for deb in "$DEBS"/*.deb; do dpkg-deb -x "$deb" "$target"; done
    PG_BIN=$(find "$target" -path '*/postgresql/*/bin' -type d | sort -V | tail -n 1)
    finish "$("$PG_BIN/postgres" -V 2>/dev/null || echo unpacked)"
    unlock_cache
}

pg_run() { "${PG_AS[@]}" env ${PG_LIBS:+"LD_LIBRARY_PATH=$PG_LIBS"} "$PG_BIN/$1" "${@:2}"; }

pg_running() { [ -e "$PG_DIR/data/postmaster.pid" ] && pg_run pg_ctl -D "$PG_DIR/data" status >/dev/null 2>&1; }

pg_create() {
    need_space "$PG_DIR" 1000 "the database"
    begin "new PostgreSQL cluster ($("$PG_BIN/postgres" -V | cut -d' ' -f3), user $PG_USER)"
    if is_root; then
        mkdir -p "$(dirname "$PG_DIR")"
        install -d -m 700 -o "$PG_USER" -g "$(id -gn "$PG_USER")" "$PG_DIR"
    else
        mkdir -p "$PG_DIR"
        chmod 700 "$PG_DIR"
    fi
    (cd / && run_logged "$LOCAL/log/initdb.log" pg_run initdb -D "$PG_DIR/data" -U cluster_owner \
        --auth=trust -E UTF8 --locale=C.UTF-8) || die "the cluster could not be made in $PG_DIR" \
        "see the lines above; an unfinished cluster goes with: make clean"
    # Reachable through a directory of mode 0700 only, hence no passwords.
    "${PG_AS[@]}" tee -a "$PG_DIR/data/postgresql.conf" >/dev/null <<-CONF
	listen_addresses = ''
	unix_socket_permissions = 0700
	port = 5432
	timezone = 'UTC'
	log_timezone = 'UTC'
	max_connections = 100
	shared_buffers = 256MB
	synchronous_commit = off
	max_wal_size = 2GB
	CONF
}

# A socket path may have 107 bytes: checkouts lie deeper than that.
pg_socket_dir() {
    PGHOST=
    [ ! -e "$LOCAL/socket_dir" ] || PGHOST=$(cat "$LOCAL/socket_dir")
    if [ -z "$PGHOST" ] || [ "$(stat -c '%U %a' "$PGHOST" 2>/dev/null)" != "$PG_USER 700" ]; then
        PGHOST=$(mktemp -d /tmp/insurance-pg.XXXXXX)
        ! is_root || chown "$PG_USER" "$PGHOST"
        echo "$PGHOST" >"$LOCAL/socket_dir"
    fi
}

pg_ensure() {
    PG_LIBS=
    if pg_is_external; then return 0; fi
    unset PGHOST PGPORT PGPASSWORD PGDATABASE PGSERVICE
    pg_place
    pg_find
    [ -e "$PG_DIR/data/PG_VERSION" ] || pg_create
    pg_socket_dir
    if ! pg_running || [ ! -S "$PGHOST/.s.PGSQL.5432" ]; then
        ! pg_running || pg_run pg_ctl -D "$PG_DIR/data" -m fast -w stop >/dev/null
        pg_start
    fi
    export INSURANCE_PG=private PGHOST PGPORT=5432 PGUSER=odoo
    # for tests that attack as whoever owns the server
    export INSURANCE_PG_SUPERUSER=cluster_owner
    if [ ! -e "$PG_DIR/role-made" ]; then
        # Not a superuser, as in production: what needs one must fail here too.
        PGUSER=cluster_owner pg_psql "DO \$\$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'odoo')
            THEN CREATE ROLE odoo LOGIN CREATEDB; END IF; END \$\$"
        "${PG_AS[@]}" touch "$PG_DIR/role-made"
        finish
    fi
}

pg_start() {
    (cd / && pg_run pg_ctl -D "$PG_DIR/data" -w -t 60 -l "$PG_DIR/log" \
        -o "-k $PGHOST" start >/dev/null 2>&1 8>&- 9>&- </dev/null) || {
        "${PG_AS[@]}" tail -n 15 "$PG_DIR/log" | sed 's/^/    | /' >&2
        die "PostgreSQL did not start" "see the lines above, and $PG_DIR/log" \
            "to start anew: make clean (the demo database is lost)"
    }
}

pg_psql() { (cd / && pg_run psql -qAtX -h "$PGHOST" -p "$PGPORT" -U "$PGUSER" -d postgres -c "$1" >/dev/null); }

pg_stop() {
    [ -e "$LOCAL/pg_dir" ] || return 0
    pg_place
    [ -e "$PG_DIR/data/PG_VERSION" ] || return 0
    PG_LIBS=
    pg_find
    if pg_running; then
        (cd / && pg_run pg_ctl -D "$PG_DIR/data" -m fast -w stop >/dev/null)
        say "PostgreSQL stopped"
    fi
}
