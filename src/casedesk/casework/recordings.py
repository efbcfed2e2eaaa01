"""How long a recording is."""

from __future__ import annotations

import struct
from typing import BinaryIO

_AMR = b"#!AMR\n"
_AMR_FRAME = (13, 14, 16, 18, 20, 21, 27, 32, 6)
"""Bytes of a frame of 20 ms by its mode (RFC 4867, section 5.3); others hold no sound."""


def seconds(stream: BinaryIO, media_type: str) -> int | None:
    """Length in whole seconds, rounded up; None for what is no recording or does not tell."""
    if not media_type.startswith(("audio/", "video/")):
        return None
    stream.seek(0)
    if stream.read(len(_AMR)) == _AMR:
        return _amr(stream)
    from tinytag import TinyTag, TinyTagException

    stream.seek(0)
    try:
        length = TinyTag.get(file_obj=stream, tags=False).duration
    except (TinyTagException, struct.error, ValueError, EOFError):
        return None  # damaged or of an unknown kind: it is kept and listed without its length
    return None if length is None or not 0 < length < 1e7 else int(-(-length // 1))


def _amr(stream: BinaryIO) -> int | None:
    frames = 0
    while head := stream.read(1):
        mode = head[0] >> 3 & 15
        if mode >= len(_AMR_FRAME) and mode != 15:
            return None
        stream.seek(_AMR_FRAME[mode] - 1 if mode != 15 else 0, 1)
        frames += 1
    return -(-frames // 50)
