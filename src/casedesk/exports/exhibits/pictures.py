"""Pictures as pages: taken over bit for bit where PDF can hold them, redrawn where not or where they are too fine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casedesk.base.i18n import Say
from casedesk.exports.exhibits.findings import Examined, Laid, NotShown, Remark, Where
from casedesk.exports.exhibits.jpegs import jpeg
from casedesk.exports.exhibits.pngs import png
from casedesk.exports.exhibits.rasters import MOST_PIXELS, Raster, Unreadable
from casedesk.exports.exhibits.redrawn import FINEST, TooManyPixels, frames, moving, redrawn
from casedesk.exports.exhibits.sheets import Spot, laid, most_dots, on, spots
from casedesk.exports.exhibits.sources import Source
from casedesk.exports.pages import A4

_TOLERANCE = 1.01


@dataclass(frozen=True)
class Seen:
    """One picture of a file: its size as it is looked at, and its bytes if they can be taken over."""

    width: int
    height: int
    kept: Raster | None


def examine_picture(source: Source, media_type: str, say: Say) -> Examined:
    """Look at the picture; raises `NotShown`."""
    try:
        seen, remarks = _seen(source, media_type, say)
    except TooManyPixels as trouble:
        raise NotShown(
            "too-large", say("The picture has more than {n} million dots.", n=MOST_PIXELS // 1_000_000),
            say("Save a smaller copy of it as evidence too, or include a slip sheet.")) from trouble
    except Unreadable as trouble:
        raise damaged(say) from trouble

    def draw(where: Where) -> Laid:
        try:
            return [_placed(one, number, source, where(one.width, one.height)) for number, one in enumerate(seen)]
        except (Unreadable, TooManyPixels) as trouble:
            raise damaged(say) from trouble

    heavy = any(one.kept is None or too_fine(one, spots(one.width, one.height, A4)[0]) for one in seen)
    return Examined(
        media_type, lambda paper, _: laid(draw(on(paper))), remarks=remarks, draw=draw, heavy=heavy,
        sizes=[(one.width, one.height) for one in seen])


def damaged(say: Say) -> NotShown:
    return NotShown(
        "damaged", say("The picture is damaged and cannot be read."),
        say("Open it in a picture viewer and save it anew, ask for it again, or include a slip sheet."))


def too_fine(one: Seen, spot: Spot) -> bool:
    return one.width > most_dots(spot, FINEST)[0] * _TOLERANCE


def _placed(one: Seen, number: int, source: Source, where: Sequence[Spot]) -> tuple[Raster, Sequence[Spot]]:
    if one.kept is not None and not too_fine(one, where[0]):
        return one.kept, where
    try:
        return redrawn(source.opened, number, most_dots(where[0], FINEST)), where
    except Unreadable:
        if one.kept is None:
            raise
        return one.kept, where


def _seen(source: Source, media_type: str, say: Say) -> tuple[list[Seen], tuple[Remark, ...]]:
    kept = {"image/jpeg": _jpeg, "image/png": _png}.get(media_type, _other)
    return kept(source, say)


def _jpeg(source: Source, say: Say) -> tuple[list[Seen], tuple[Remark, ...]]:
    found = jpeg(source)
    if found is None:
        return _other(source, say)
    remarks = (Remark("cut-short", say("The end of the picture is missing; its lower part may be empty.")),)
    return [Seen(*found.raster.seen, found.raster)], remarks if found.cut_short else ()


def _png(source: Source, say: Say) -> tuple[list[Seen], tuple[Remark, ...]]:
    found = png(source)
    if found.raster is None:
        return _other(source, say)
    return [Seen(*found.raster.seen, found.raster)], _still(found.moving, say)


def _other(source: Source, say: Say) -> tuple[list[Seen], tuple[Remark, ...]]:
    return [Seen(*size, None) for size in frames(source.opened)], _still(moving(source.opened), say)


def _still(is_moving: bool, say: Say) -> tuple[Remark, ...]:
    if not is_moving:
        return ()
    text = say("A moving picture: its first frame is shown. The file itself is handed over too.")
    return (Remark("first-frame", text),)
