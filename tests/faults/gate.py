"""A gate before PostgreSQL that knows the use log's connections by their name.

It can refuse them, as a full or misconfigured server does, or fall silent, as a broken
network does, and lets all others pass.
"""

import contextlib
import os
import selectors
import socket
import struct
import threading

APPLICATION = b"insurance-use-log"
ERROR = b"SFATAL\0C53300\0Mthe test refuses the connection of the use log\0\0"


class Gate:
    def __init__(self, folder, server):
        """Listen in *folder* for the PostgreSQL whose socket is *server*."""
        self.folder = folder
        self.server = server
        self._refuses = False
        self._flows = threading.Event()
        self._flows.set()
        self._log_connections = set()
        self._lock = threading.Lock()
        folder.mkdir(mode=0o700)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(os.fspath(folder / server.name))
        self._listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def refuse(self):
        """Cut the log's connections and refuse new ones."""
        with self._lock:
            self._refuses = True
            for connection in self._log_connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def be_silent(self):
        """Keep what goes to and from the log, without a word."""
        self._flows.clear()

    def open(self):
        with self._lock:
            self._refuses = False
        self._flows.set()

    def close(self):
        self.open()
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return  # closed
            threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client):
        server = socket.socket(socket.AF_UNIX)
        with client, server, contextlib.suppress(OSError, EOFError):
            first = self._startup(client)
            is_log = APPLICATION in first
            if is_log and not self._admit(client):
                return
            try:
                if is_log:
                    self._flows.wait()
                server.connect(os.fspath(self.server))
                server.sendall(first)
                self._pump(client, server, is_log)
            finally:
                with self._lock:
                    self._log_connections.discard(client)

    def _admit(self, client):
        with self._lock:
            if not self._refuses:
                self._log_connections.add(client)
                return True
        client.sendall(b"E" + struct.pack("!i", len(ERROR) + 4) + ERROR)
        return False

    def _startup(self, client):
        """Return the first message: its length, and the parameters by name."""
        head = self._exactly(client, 4)
        return head + self._exactly(client, struct.unpack("!i", head)[0] - 4)

    def _exactly(self, client, size):
        data = b""
        while len(data) < size:
            part = client.recv(size - len(data))
            if not part:
                raise EOFError
            data += part
        return data

    def _pump(self, client, server, is_log):
        other = {client: server, server: client}
        with selectors.DefaultSelector() as ready:
            for end in other:
                ready.register(end, selectors.EVENT_READ)
            while True:
                for key, _events in ready.select():
                    data = key.fileobj.recv(65536)
                    if is_log:
                        self._flows.wait()
                    if not data:
                        return
                    other[key.fileobj].sendall(data)
