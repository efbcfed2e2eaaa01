"""Pictures PDF cannot hold as they are, or of too many dots: decoded, and compressed again."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import BinaryIO

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from casedesk.exports.exhibits.jpegs import jpeg
from casedesk.exports.exhibits.pngs import png
from casedesk.exports.exhibits.rasters import MOST_PIXELS, Raster, Unreadable
from casedesk.exports.exhibits.sources import SPILL

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
ImageFile.MAXBLOCK = 1 << 22  # decode and encode in few calls: between them a worker waits for the interpreter
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
QUALITY, FINEST = 88, 300
COARSEST = 200
"""A photo of far too many dots is first halved while it is decoded, which is fast and clean, but never below this."""

_LOSSY = {"JPEG", "WEBP", "HEIF", "AVIF", "MPO"}
_FAULTS = (
    UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError, EOFError, IndexError, KeyError, RuntimeError,
    OverflowError, ZeroDivisionError, NotImplementedError)
Opened = Callable[[], BinaryIO]


class TooManyPixels(Exception):
    """Decoding would take more memory than a picture is worth."""


@contextmanager
def picture(opened: Opened) -> Iterator[Image.Image]:
    """The picture, not yet decoded; raises `Unreadable` or `TooManyPixels`."""
    import pi_heif

    pi_heif.register_heif_opener()
    stream = opened()
    try:
        with Image.open(stream) as found:
            _check(found)
            yield found
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as trouble:
        raise TooManyPixels from trouble
    except _FAULTS as trouble:
        raise Unreadable(str(trouble)) from trouble
    finally:
        stream.close()


def _check(found: Image.Image) -> None:
    if found.width * found.height > MOST_PIXELS:
        raise TooManyPixels


def frames(opened: Opened) -> list[tuple[int, int]]:
    """Width and height as seen of each picture in the file, every one decoded to see that it is whole."""
    sizes = []
    with picture(opened) as found:
        for number in range(_pages(found)):
            found.seek(number)
            _check(found)
            found.load()
            turned = found.getexif().get(0x0112, 1) > 4
            sizes.append((found.height, found.width) if turned else (found.width, found.height))
    return sizes


def _pages(found: Image.Image) -> int:
    return int(getattr(found, "n_frames", 1)) if found.format == "TIFF" else 1


def moving(opened: Opened) -> bool:
    """Are there further pictures that are not shown (an animation)?"""
    with picture(opened) as found:
        return found.format != "TIFF" and int(getattr(found, "n_frames", 1)) > 1 and found.format != "MPO"


def redrawn(opened: Opened, number: int, most: tuple[float, float]) -> Raster:
    """Picture `number` upright and of at most this many dots across and down."""
    with picture(opened) as found:
        found.seek(number)
        _check(found)
        lossy = found.format in _LOSSY or found.info.get("compression") == "jpeg"
        profile = found.info.get("icc_profile") or b""
        _halve(found, most)
        plain = _plain(_upright(found))
        shrunk = _shrunk(plain, most)
    return _compressed(shrunk, lossy=lossy and shrunk.mode != "1", profile=profile)


def _halve(found: Image.Image, most: tuple[float, float]) -> None:
    """Let the JPEG decoder leave out what would be thrown away."""
    exif_turned = found.format in {"JPEG", "MPO"} and found.getexif().get(0x0112, 1) > 4
    wide, high = most[::-1] if exif_turned else most
    enough = COARSEST / FINEST
    if found.width > wide or found.height > high:
        found.draft(None, (max(1, int(wide * enough)), max(1, int(high * enough))))


def _upright(found: Image.Image) -> Image.Image:
    found.load()
    ImageOps.exif_transpose(found, in_place=True)  # it is copied only where it has to be turned
    return found


def _plain(found: Image.Image) -> Image.Image:
    """In one of the modes that can be stored, on white where it was clear."""
    if found.mode in {"1", "L", "RGB"} and "transparency" not in found.info:
        return found
    if found.mode.startswith("I;16"):
        return found.convert("I").point(lambda value: value / 256).convert("L")
    if found.mode in {"I", "F"}:
        return _stretched(found)
    if "A" in found.mode or "a" in found.mode or "transparency" in found.info:
        clear = found.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        white.alpha_composite(clear)
        return white.convert("RGB")
    return found if found.mode == "P" else found.convert("RGB")


def _stretched(found: Image.Image) -> Image.Image:
    """Grey of 32 bits, from its darkest to its lightest."""
    dark, light = found.getextrema()
    if not isinstance(dark, int | float) or not isinstance(light, int | float):
        raise Unreadable
    if found.mode == "I" and dark >= 0 and light <= 65_535:
        dark, light = 0, 65_535
    span = (light - dark) or 1
    return found.point(lambda value: value * (255 / span) - dark * 255 / span).convert("L")


def _shrunk(found: Image.Image, most: tuple[float, float]) -> Image.Image:
    scale = min(most[0] / found.width, most[1] / found.height)
    if scale >= 1:
        return found
    size = (max(1, int(found.width * scale)), max(1, int(found.height * scale)))
    smooth = found.convert("L") if found.mode == "1" else found.convert("RGB") if found.mode == "P" else found
    return smooth.resize(size, Image.Resampling.BOX if scale < 0.5 else Image.Resampling.BICUBIC)


def _compressed(found: Image.Image, *, lossy: bool, profile: bytes) -> Raster:
    with TemporaryFile(prefix="casedesk-") as made:  # Pillow lets go of the interpreter when it writes to a file
        if lossy:
            plain = found if found.mode in {"L", "RGB"} else found.convert("RGB")
            plain.save(made, "JPEG", quality=QUALITY, icc_profile=profile or None, exif=b"")
        else:
            found.save(made, "PNG", icc_profile=profile if found.mode in {"L", "RGB"} else None)
        made.seek(0)
        kept = SPILL.keep(made.read())
    again = jpeg(kept) if lossy else png(kept)
    if again is None or again.raster is None:
        raise Unreadable
    return again.raster
