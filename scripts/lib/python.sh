# shellcheck shell=bash
# A virtual environment in the cache, named after everything that went into it.

python_version_ok() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

python_find() {
    local candidate
    if [ -n "${PYTHON:-}" ]; then
        python_version_ok "$PYTHON" || die "PYTHON=$PYTHON is not a Python 3.11 to 3.13 ($("$PYTHON" -V 2>&1 || true))" \
            "give another one, or leave PYTHON away to let the script look for it"
        return 0
    fi
    for candidate in /usr/bin/python3 python3 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null && python_version_ok "$candidate"; then
            PYTHON=$candidate
            return 0
        fi
    done
    die "no Python 3.11 to 3.13 on this machine (python3 is $(python3 -V 2>&1 || echo missing))" \
        "as root: apt-get install python3 python3-venv" \
        "or name one: make run PYTHON=/path/to/python3.11"
}

# Sets VENV and PY. python_ensure [dev]: with the packages of tests and checks too.
python_ensure() {
    python_find
    local pins key
    pins=$(cat "$REPO"/requirements/{odoo,dev,constraints}.txt)
    key=$( (echo "$pins $ODOO_ID" && "$PYTHON" -c 'import sys; print(sys.version, sys.base_prefix)') | sha_of)
    VENV=$CACHE/venv-$key
    PY=$VENV/bin/python
    if [ ! -e "$VENV/odoo-ready" ] || { [ "${1:-}" = dev ] && [ ! -e "$VENV/dev-ready" ]; }; then
        lock_cache
        need_space "$CACHE" 1200 "the Python packages"
        [ -e "$VENV/odoo-ready" ] || python_create
        [ "${1:-}" != dev ] || [ -e "$VENV/dev-ready" ] || python_install dev
        unlock_cache
    fi
    export VENV PY PATH="$VENV/bin:$PATH"
}

python_create() {
    begin "virtual environment ($("$PYTHON" -V 2>&1))"
    rm -rf "$VENV"
    if ! "$PYTHON" -m venv "$VENV" >/dev/null 2>&1; then
        python_create_without_ensurepip
    fi
    finish
    python_install odoo
    local site
    site=$("$PY" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    echo "$ODOO_ROOT" >"$site/odoo.pth"
    # So that pip knows that odoo is there when an addon package asks for it.
    mkdir -p "$site/odoo-19.0.dist-info"
    printf 'Metadata-Version: 2.1\nName: odoo\nVersion: 19.0\n' >"$site/odoo-19.0.dist-info/METADATA"
    echo insurance-archive >"$site/odoo-19.0.dist-info/INSTALLER"
    "$PY" -c 'import odoo.release, odoo.cli' 2>/dev/null || {
        rm -f "$VENV/odoo-ready"
        "$PY" -c 'import odoo.release, odoo.cli' || true
        die "Odoo does not start with $PYTHON" "try another Python: make run PYTHON=/usr/bin/python3"
    }
}

python_create_without_ensurepip() { # Debian without python3-venv
    rm -rf "$VENV"
    "$PYTHON" -m venv --without-pip "$VENV" || die "$PYTHON cannot make virtual environments" \
        "as root: apt-get install python3-venv" "or name another one: make run PYTHON=..."
    apt_fetch python3-pip-whl
    dpkg-deb -x "$(find "$DEBS" -name 'python3-pip-whl_*.deb' | sort -V | tail -n 1)" "$CACHE/pip-wheel"
    local wheel
    wheel=$(find "$CACHE/pip-wheel" -name 'pip-*.whl' | head -n 1)
    PYTHONPATH=$wheel run_logged "$CACHE/logs/pip-bootstrap.log" "$PY" -m pip install "$wheel" ||
        die "pip could not be installed in $VENV" "as root: apt-get install python3-venv"
}

python_install() { # python_install odoo|dev
    begin "Python packages ($1)"
    run_logged "$CACHE/logs/pip-$1.log" "$PY" -m pip install --disable-pip-version-check \
        --no-input -r "$REPO/requirements/$1.txt" -c "$REPO/requirements/constraints.txt" || die \
        "the Python packages of requirements/$1.txt could not be installed" \
        "no network: check it (and pip's own settings: pip config list), then run the same command again" \
        "something to compile: as root apt-get install gcc python3-dev, or use PYTHON=/usr/bin/python3"
    touch "$VENV/$1-ready"
    finish
}
