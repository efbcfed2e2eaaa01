"""Characters no database keeps: NUL, and halves of a pair that stand alone."""

from __future__ import annotations

import re

_UNKEPT = re.compile("[\0\ud800-\udfff]")


def is_kept(text: str) -> bool:
    """Whether every database keeps the text as it is."""
    return _UNKEPT.search(text) is None


def mended(text: str) -> str:
    """The text with such characters shown as U+FFFD, the sign for what cannot be shown."""
    return _UNKEPT.sub("\ufffd", text)
