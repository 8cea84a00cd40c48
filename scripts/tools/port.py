"""Say whether a port of the loopback interface is free, and if not, who has it.

usage: port.py PORT
"""

import os
import socket
import sys
from pathlib import Path


def is_free(port):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def listening_inodes(port):
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            rows = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            columns = row.split()
            if int(columns[1].rsplit(":", 1)[1], 16) == port and columns[3] == "0A":
                yield columns[9]


def owner(port):
    """Return 'name (pid 123)' of the listening process, if we may see it."""
    sockets = {f"socket:[{inode}]" for inode in listening_inodes(port)}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            opened = {os.readlink(fd) for fd in (process / "fd").iterdir()}
            if sockets & opened:
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ")
                name = command.decode(errors="replace").strip()[:80]
                return f"{name} (pid {process.name})"
        except OSError:
            continue
    return "another process"


if __name__ == "__main__":
    number = sys.argv[1]
    if not number.isdigit() or not 0 < int(number) < 65536:
        sys.exit(f"{number} is not a port number")
    if not is_free(int(number)):
        sys.exit(f"port {number} is taken by {owner(int(number))}")
