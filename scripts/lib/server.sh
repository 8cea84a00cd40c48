# shellcheck shell=bash
# The server of "make run": started in the background, ended by its recorded pid.

SERVER_PID_FILE=$LOCAL/server.pid
SERVER_CONF=$LOCAL/odoo.conf

# Prints the pid, if it is alive and still ours (pids are used again).
server_pid() {
    local pid
    [ -e "$SERVER_PID_FILE" ] || return 1
    pid=$(cat "$SERVER_PID_FILE")
    tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF -- "-c $SERVER_CONF" || return 1
    echo "$pid"
}

server_address() { echo "http://127.0.0.1:$(sed -nE 's/^http_port = //p' "$SERVER_CONF")"; }

server_check_port() {
    local problem
    problem=$("$PY" "$TOOLS/port.py" "$PORT" 2>&1) ||
        die "$problem" "choose another one: make run PORT=$((${PORT//[^0-9]/} + 100))"
}

server_start() {
    server_check_port
    config_write "$SERVER_CONF" "$DB" "$PORT"
    setsid "$PY" -m odoo -c "$SERVER_CONF" >>"$LOCAL/log/server.log" 2>&1 </dev/null 8>&- 9>&- &
    echo $! >"$SERVER_PID_FILE"
    local problem
    problem=$("$PY" "$TOOLS/ready.py" "http://127.0.0.1:$PORT" "$!" 180 2>&1) || {
        tail -n 25 "$LOCAL/log/server.log" | sed 's/^/    | /' >&2
        die "Odoo does not serve: $problem" "see $LOCAL/log/server.log; start anew: make stop run"
    }
}

server_stop() {
    local pid waited=0
    pid=$(server_pid) || { rm -f "$SERVER_PID_FILE"; return 1; }
    kill "$pid"
    while kill -0 "$pid" 2>/dev/null && [ $((waited += 1)) -le 100 ]; do sleep 0.1; done
    ! kill -0 "$pid" 2>/dev/null || kill -9 "$pid"
    rm -f "$SERVER_PID_FILE"
}
