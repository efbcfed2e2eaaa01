"""What is free again goes back to the machine; bytes as a file that the system knows."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import BinaryIO, cast

_HIGHEST = 700
"""The highest number of an open file that `as_file` takes: a process may commonly have 1,024, and others need some."""

_PR_SET_DUMPABLE = 4
"""From <linux/prctl.h>."""


def as_file(content: bytes) -> BinaryIO:
    """A file of these bytes that lies in memory alone.

    On Linux it is one of the system's, an `io.FileIO`, which a library may map and then need not ask Python for each
    piece; where there is none, or too many are open, an `io.BytesIO`.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            file = io.FileIO(os.memfd_create("casedesk"), "r+b")
            if file.fileno() <= _HIGHEST:
                file.write(content)
                file.seek(0)
                return cast("BinaryIO", file)
            file.close()
    return io.BytesIO(content)


def keep_private() -> None:
    """No crash writes this process's memory, keys and all, to a disk, and no other program of the user reads it.

    On Windows the system is asked for neither.
    """
    if os.name == "posix":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0)


def wipe(*secrets: bytes | str) -> None:
    """Overwrite bytes, or plain letters, that nobody reads any more: what is freed stays in memory as it was, else."""
    if sys.implementation.name == "cpython":
        import ctypes

        for secret in secrets:
            size = len(secret)  # the signs lie at the end of the object, before a closing zero
            ctypes.memset(id(secret) + sys.getsizeof(secret) - size - 1, 0, size)


def give_back() -> None:
    """Give back what lies free: the C library of Linux keeps it for itself else.

    A long list or a bundle that is closed again leaves hundreds of megabytes.
    """
    if (trim := _trim()) is not None:
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    if sys.platform != "linux":
        return None
    import ctypes

    found: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none
    return found
