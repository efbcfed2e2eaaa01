"""What a page draws with: fonts, and whether they are in the file; pictures, and how large they are."""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Object, Stream

from casedesk.exports.exhibits.tally import Drawn, Tally

_NESTED_AT_MOST = 4
_FILES = ("/FontFile", "/FontFile2", "/FontFile3")


NOTHING = Drawn(False, frozenset())


def drawn_by(
    resources: Object | None, tally: Tally, depth: int = 0, owner: tuple[int, int] = (0, 0),
) -> Drawn:
    """What the resources hold, those of drawings within drawings too; shared ones are looked at once.

    Resources that are no object of their own are known by the drawing they belong to, their `owner`.
    """
    if not isinstance(resources, Dictionary):
        return NOTHING
    number = resources.objgen if resources.is_indirect else owner
    if number == (0, 0) or number not in tally.drawn:
        tally.drawn[number] = NOTHING
        tally.drawn[number] = _drawn(resources, tally, depth)
    return tally.drawn[number]


def _drawn(resources: Dictionary, tally: Tally, depth: int) -> Drawn:
    fonts = resources.get("/Font")
    has_text = isinstance(fonts, Dictionary) and _notice_fonts(fonts, tally)
    if "/XObject" not in resources or not isinstance(inner := resources["/XObject"], Dictionary):
        return Drawn(has_text, frozenset())
    return _with_inner(has_text, inner, tally, depth)


def _with_inner(has_text: bool, inner: Dictionary, tally: Tally, depth: int) -> Drawn:
    pictures: set[tuple[int, int]] = set()
    for item in inner.values():
        if not isinstance(item, Stream):
            continue
        if item.get("/Subtype") == Name.Image:
            pictures.add((_whole(item.get("/Width")), _whole(item.get("/Height"))))
        elif depth < _NESTED_AT_MOST:
            further = drawn_by(item.get("/Resources"), tally, depth + 1, item.objgen)
            has_text = has_text or further.has_text
            pictures |= further.pictures
    return Drawn(has_text, frozenset(pictures))


def _whole(found: Object | int | None) -> int:
    try:
        return int(found) if found is not None else 0
    except (TypeError, ValueError):
        return 0


def _notice_fonts(fonts: Dictionary, tally: Tally) -> bool:
    """True when there is any font."""
    if tally.new(fonts.objgen):
        for font in fonts.values():
            if isinstance(font, Dictionary) and tally.new(font.objgen) and not _embedded(font):
                tally.thing("fonts", str(font.get("/BaseFont", "?")).removeprefix("/"))
    return len(fonts) > 0


def _embedded(font: Dictionary) -> bool:
    if font.get("/Subtype") == Name.Type3:
        return True
    below = font.get("/DescendantFonts")
    if isinstance(below, Array) and len(below) and isinstance(below[0], Dictionary):
        font = below[0]
    descriptor = font.get("/FontDescriptor")
    return isinstance(descriptor, Dictionary) and any(name in descriptor for name in _FILES)
