"""A picture as PDF wants it: the compressed bytes as they are and the dictionary that says how to read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casedesk.exports.exhibits.sources import Piece

MOST_PIXELS = 200_000_000
UPRIGHT = 1
TURNS: dict[int, tuple[int, int, int, int, int, int]] = {
    1: (1, 0, 0, 1, 0, 0), 2: (-1, 0, 0, 1, 1, 0), 3: (-1, 0, 0, -1, 1, 1), 4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1), 6: (0, -1, 1, 0, 0, 1), 7: (0, 1, 1, 0, 0, 0), 8: (0, 1, -1, 0, 1, 0),
}
"""From the stored unit square to the one to be seen, by EXIF orientation."""


class Unreadable(Exception):
    """The bytes are not what their format says."""


@dataclass(frozen=True)
class Raster:
    """A stored picture: its size in pixels as stored, the PDF entries for its filter and colours, its bytes."""

    width: int
    height: int
    entries: bytes
    data: Sequence[Piece]
    colours: bytes = b"/DeviceRGB"
    profile: bytes = b""
    """ICC profile; `colours` is then what it stands in for."""
    orientation: int = UPRIGHT

    @property
    def seen(self) -> tuple[int, int]:
        """Width and height as it is to be looked at."""
        return (self.height, self.width) if self.orientation > 4 else (self.width, self.height)

    @property
    def length(self) -> int:
        return sum(len(piece) if isinstance(piece, bytes) else piece[2] for piece in self.data)


def orientation_in(exif: bytes) -> int:
    """The EXIF orientation, 1 to 8; 1 where there is none or it makes no sense."""
    order = {b"II": "little", b"MM": "big"}.get(exif[:2])
    if order not in {"little", "big"} or len(exif) < 14:
        return UPRIGHT

    def number(at: int, size: int) -> int:
        return int.from_bytes(exif[at:at + size], order)  # type: ignore[arg-type]

    start = number(4, 4)
    for entry in range(min(number(start, 2), 512)):
        at = start + 2 + entry * 12
        if number(at, 2) == 0x0112:
            found = number(at + 8, 2)
            return found if found in TURNS else UPRIGHT
    return UPRIGHT


def usable(profile: bytes, kind: bytes) -> bytes:
    """The ICC profile when it is one for this kind of colour ("RGB " or "GRAY"), else nothing."""
    return profile if 128 < len(profile) < 1 << 20 and profile[16:20] == kind and profile[36:40] == b"acsp" else b""
