# shellcheck shell=bash
# Paths, parameters, messages, timings and locks: sourced by every command.
set -euo pipefail

REPO=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
LOCAL=$REPO/.local                # instance: cluster, filestore, config, logs
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/insurance-archive # shared by all clones
TOOLS=$REPO/scripts/tools
PORT=${PORT:-8069}
DB=${DB:-insurance}
DATA_DIR=${DATA_DIR:-$LOCAL/data}
LANGUAGE=zh_CN,en_US              # loaded into every database; the first is the default
export REPO LOCAL CACHE DB DATA_DIR
umask 022

# ---- messages: progress goes to stderr, so that stdout stays usable in pipes
say() { printf '%s\n' "$*" >&2; }

# die WHAT-HAPPENED [WHAT-TO-DO ...]
die() {
    printf '\nerror: %s\n' "$1" >&2
    shift
    local advice
    for advice; do printf '  -> %s\n' "$advice" >&2; done
    exit 1
}

# ---- timings
now_ms() { echo $(($(date +%s%N) / 1000000)); }
seconds_since() {
    local ms=$(($(now_ms) - $1))
    printf '%d.%d s' $((ms / 1000)) $((ms % 1000 / 100))
}
STARTED=$(now_ms)
STEP_STARTED=$STARTED
begin() {
    STEP_STARTED=$(now_ms)
    say "==> $*"
}
finish() { say "    ${1-done} ($(seconds_since "$STEP_STARTED"))"; }

# run_logged LOG COMMAND...: on failure show the end of the log
run_logged() {
    local log=$1
    shift
    mkdir -p "$(dirname "$log")"
    if ! "$@" >"$log" 2>&1 </dev/null; then
        say "    failed: $*"
        grep -v 'WARNING: Location' "$log" | tail -n 25 | sed 's/^/    | /' >&2
        say "    whole log: $log"
        return 1
    fi
}

# ---- disk
# need_space DIRECTORY MEGABYTES WHAT-FOR
need_space() {
    local dir=$1 free
    while [ ! -d "$dir" ]; do dir=$(dirname "$dir"); done
    free=$(df -Pm "$dir" | awk 'NR == 2 { print $4 }')
    if [ "$free" -lt "$2" ]; then
        die "only $free MB free in $dir, $3 needs about $2 MB" \
            "free some space (make clean-all removes everything made by this project), or" \
            "put caches elsewhere: XDG_CACHE_HOME=/big/disk make ..., data: make run DATA_DIR=/big/disk/data"
    fi
}

# ---- locks: two commands of one checkout, or two clones sharing the cache
lock_cache() {
    mkdir -p "$CACHE" || die "cannot write to $CACHE" \
        "choose another place: XDG_CACHE_HOME=/some/dir make ..."
    exec 8>"$CACHE/lock"
    flock -n 8 || { say "    waiting for another command that fills $CACHE"; flock 8; }
}
unlock_cache() { exec 8>&-; }
lock_local() {
    mkdir -p "$LOCAL"
    exec 9>"$LOCAL/lock"
    flock -n 9 || { say "    waiting for another command of this checkout"; flock 9; }
}
unlock_local() { exec 9>&-; }

is_root() { [ "$(id -u)" = 0 ]; }
sha_of() { sha256sum | cut -c1-12; }
