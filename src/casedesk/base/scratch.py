"""Folders for what must lie in the open for a moment: private, and gone afterwards; where the program was killed
meanwhile, gone when it next begins.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

_OURS = re.compile(r"casedesk-(\d+)-.+")


def folder() -> TemporaryDirectory[str]:
    """A folder that nobody else reads, named by the process that will take it away."""
    return TemporaryDirectory(prefix=f"casedesk-{os.getpid()}-", ignore_cleanup_errors=True)


def sweep() -> None:
    """Take away what killed processes left."""
    for left in Path(gettempdir()).glob("casedesk-*-*"):
        named = _OURS.fullmatch(left.name)
        if named and left.is_dir() and not left.is_symlink() and not _lives(int(named[1])):
            shutil.rmtree(left, ignore_errors=True)  # another user's stays


def _lives(process: int) -> bool:
    if sys.platform == "win32":
        import ctypes

        handle = ctypes.windll.kernel32.OpenProcess(0x1000, False, process)  # PROCESS_QUERY_LIMITED_INFORMATION
        ctypes.windll.kernel32.CloseHandle(handle)
        return bool(handle)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
