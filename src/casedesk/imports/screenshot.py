"""A screenshot read by machine: text to search, and what it may tell of a contact. A proposal, never a fact by itself.

The reader is an extra (`pip install casedesk[ocr]`): rapidocr, whose models come inside its package; nothing is sent
anywhere. It mistakes rare characters and may lose spaces, so what it read stands in no document.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import importlib.util
import io
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageOps

from casedesk.base import phones
from casedesk.base.errors import ImportProblem
from casedesk.base.i18n import tr

if TYPE_CHECKING:
    from rapidocr import RapidOCR

_DATE = r"(?:(?P<year>20\d\d)\s*[-/.年]\s*)?(?P<month>1[0-2]|0?[1-9])\s*[-/.月]\s*(?P<day>3[01]|[12]\d|0?[1-9])\s*日?"
_CLOCK = r"(?P<half>上午|下午|晚上|凌晨|早上|中午)?\s*(?P<hour>2[0-3]|[01]?\d)\s*[:：]\s*(?P<minute>[0-5]\d)"
_MOMENT = re.compile(rf"(?<!\d){_DATE}[\s,，周一二三四五六日星期]*{_CLOCK}(?!\d)")
_LONE = re.compile(rf"^(?:{_CLOCK}|\d{{1,3}}\s*%|[345]G\+?|HD|短信/彩信|短信|彩信|Text Message|SMS|iMessage)$")
_NUMBER = re.compile(r"\+?\d[\d\s\-()]{3,18}\d")
_LATER = {"下午", "晚上"}
_DOUBTFUL = 0.6
_MOST, _SIDE = 60_000_000, 4000
"""Pixels of a picture that is read, and of its longer side when it is; a screenshot has 1080 x 2400."""


@dataclass(frozen=True)
class Line:
    """A line as the machine read it, and how sure it is, from 0 to 1."""

    text: str
    score: float


@dataclass(frozen=True)
class Proposed:
    """What a screenshot may tell of a contact; empty where it tells nothing. Somebody has to look."""

    at: str = ""
    """'2026-11-03 22:14', of the place's own clock."""
    number: str = ""
    words: str = ""
    sure: float = 1.0
    """How sure the machine was of what is proposed, by the line it was least sure of."""
    doubtful: tuple[str, ...] = ()
    """Lines it was too unsure of to propose them."""


def installed() -> bool:
    """Whether the reader is there."""
    return all(importlib.util.find_spec(name) is not None for name in ("rapidocr", "onnxruntime"))


def read(picture: bytes) -> list[Line]:
    """The lines of a picture from top to bottom; ImportProblem when it cannot be read."""
    if not installed():
        raise ImportProblem(tr("The reader of screenshots is not installed."),
                            tr("Install it with “pip install casedesk[ocr]”; everything else works without it."))
    found: Any = _engine()(_plain(picture))
    if found.txts is None:
        return []
    boxes = [(min(corner[1] for corner in box), min(corner[0] for corner in box)) for box in found.boxes]
    rows = sorted(zip(boxes, found.txts, found.scores, strict=True), key=lambda row: row[0])
    return [Line(str(text).strip(), float(score)) for _, text, score in rows if str(text).strip()]


def _plain(picture: bytes) -> bytes:
    """The picture as a PNG of bearable size, whatever it was."""
    try:
        with Image.open(io.BytesIO(picture)) as opened:
            if opened.width * opened.height > _MOST:
                raise ImportProblem(tr("The picture is too large to be read."))
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as problem:
        raise ImportProblem(tr("The picture cannot be read ({reason}).", reason=problem)) from problem
    upright.thumbnail((_SIDE, _SIDE))
    out = io.BytesIO()
    upright.save(out, "PNG", compress_level=1)
    return out.getvalue()


@cache
def _engine() -> RapidOCR:
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    with contextlib.redirect_stdout(None), contextlib.redirect_stderr(None):
        engine = RapidOCR()
    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    return engine


def proposed(lines: list[Line], *, seen: dt.date) -> Proposed:
    """What the lines may tell of a contact; a day without a year is the last such day up to `seen`."""
    at = number = ""
    words: list[str] = []
    legible = [line for line in lines if line.score >= _DOUBTFUL]
    for line in legible:
        moment = _MOMENT.search(line.text)
        if moment is not None:
            at = at or _moment(moment, seen)
        rest = _MOMENT.sub("", line.text).strip()
        for given in _numbers(rest):
            number = number or given
            if rest == given:
                rest = ""
        if rest and not _LONE.match(rest):
            words.append(rest)
    return Proposed(at, number, "\n".join(words), min((line.score for line in legible), default=0.0),
                    tuple(line.text for line in lines if line.score < _DOUBTFUL))


def _moment(found: re.Match[str], seen: dt.date) -> str:
    hour = int(found["hour"])
    if found["half"] in _LATER and hour < 12:
        hour += 12
    month, day = int(found["month"]), int(found["day"])
    for year in [int(found["year"])] if found["year"] else [seen.year, seen.year - 1]:
        with contextlib.suppress(ValueError):  # the 30th of February was misread
            on = dt.date(year, month, day)
            if on <= seen or found["year"]:
                return f"{on.isoformat()} {hour:02}:{found['minute']}"
    return ""


def _numbers(text: str) -> Iterator[str]:
    """What looks like a telephone number and is one."""
    for found in _NUMBER.finditer(text):
        given = found[0].strip()
        if not phones.phone_doubt(given) and len(re.sub(r"\D", "", given)) >= 5:
            yield given
