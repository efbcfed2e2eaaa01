"""The network between a desk and the server, which a test can slow down and cut."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

ASKED, ANSWERED = "asked", "answered"


class Line:
    """A port of its own that leads to the server's."""

    def __init__(self, server_port: int, host: str = "127.0.0.1") -> None:
        self.server_port = server_port
        self.dead = False
        """Whether nobody gets through any more."""
        self._listening = socket.create_server((host, 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def passed(self, way: str, data: bytes, source: socket.socket, target: socket.socket) -> bool:
        """Send a piece on its way; False cuts the line it came by."""
        target.sendall(data)
        return True

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                desk, _ = self._listening.accept()
                try:
                    if self.dead:
                        raise ConnectionRefusedError
                    server = socket.create_connection(("127.0.0.1", self.server_port))
                except OSError:
                    desk.close()
                    continue
                for way, source, target in ((ASKED, desk, server), (ANSWERED, server, desk)):
                    threading.Thread(target=self._carry, args=(way, source, target), daemon=True).start()

    def _carry(self, way: str, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError), source:
            while (data := source.recv(65536)) and self.passed(way, data, source, target):
                pass
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
