"""How the command line answers: JSON or lines on stdout, everything else on stderr."""

from __future__ import annotations

import json
import sys
from typing import Any


def answer(told: Any) -> None:
    """Machine-readable, on stdout."""
    print(json.dumps(told, ensure_ascii=False, indent=1))


def say(text: str) -> None:
    """A remark, on stderr."""
    print(text, file=sys.stderr)


def progress(done: int, total: int, note: str = "") -> None:
    """One line that counts, where a person looks on."""
    if sys.stderr.isatty():
        print(f"\r\033[K{done:,}/{total:,} {note[:60]}", end="\r" if done >= total else "", file=sys.stderr)
