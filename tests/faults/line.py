"""The network between a desk and the server: cut at any byte, slow, or gone without a word."""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from tests.line import Line

T = TypeVar("T")


class FaultyLine(Line):
    """A line that is slow, or cut at a byte."""

    cut: tuple[str, int] | None = None
    """The way, and after how many more bytes of it the line is cut once."""
    was_cut = 0

    def __init__(self, server_port: int, host: str = "127.0.0.1") -> None:
        self.delay: Callable[[], float] = lambda: 0.0
        """How long each piece is under way."""
        self._held = threading.Lock()
        super().__init__(server_port, host)

    def passed(self, way: str, data: bytes, source: socket.socket, target: socket.socket) -> bool:
        time.sleep(self.delay())
        left = self._left(way, len(data))
        return super().passed(way, data[:left], source, target) and left == len(data)

    def _left(self, way: str, size: int) -> int:
        """How many bytes go through before it is cut; all where it is not."""
        with self._held:
            if self.cut is None or self.cut[0] != way:
                return size
            self.cut = (way, self.cut[1] - size)
            if self.cut[1] >= 0:
                return size
            left = size + self.cut[1]
            self.cut, self.was_cut = None, self.was_cut + 1
            return left


class Cable:
    """A cable to a network of its own, which can be pulled: nothing is said of it to either end."""

    NAME, HERE, THERE = "cdfaults", "10.213.77.1", "10.213.77.2"

    def pull(self) -> None:
        _ip("link", "set", f"{self.NAME}0", "down")

    def plug(self) -> None:
        _ip("link", "set", f"{self.NAME}0", "up")

    def beyond(self, work: Callable[[], T]) -> T:
        """Do something as a machine at the other end would, in a thread of its own."""
        said: list[T] = []
        failed: list[BaseException] = []

        def there() -> None:
            handle = os.open(f"/run/netns/{self.NAME}", os.O_RDONLY)
            try:
                if ctypes.CDLL(None, use_errno=True).setns(handle, 0x40000000):
                    raise OSError(ctypes.get_errno(), "setns")
                said.append(work())
            except BaseException as problem:
                failed.append(problem)
            finally:
                os.close(handle)

        thread = threading.Thread(target=there)
        thread.start()
        thread.join()
        if failed:
            raise failed[0]
        return said[0]


@contextmanager
def cable() -> Iterator[Cable]:
    """A cable while it is needed; OSError or CalledProcessError where the machine gives none."""
    made, name = Cable(), Cable.NAME
    _ip("netns", "add", name)
    try:
        _ip("link", "add", f"{name}0", "type", "veth", "peer", "name", f"{name}1", "netns", name)
        _ip("addr", "add", f"{made.HERE}/30", "dev", f"{name}0")
        _ip("link", "set", f"{name}0", "up")
        _ip("-n", name, "addr", "add", f"{made.THERE}/30", "dev", f"{name}1")
        _ip("-n", name, "link", "set", f"{name}1", "up")
        yield made
    finally:
        subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)


def _ip(*words: str) -> None:
    """Run `ip` on this side, also from a thread beyond."""
    subprocess.run(["nsenter", f"--net=/proc/{os.getpid()}/ns/net", "ip", *words], check=True, capture_output=True)
