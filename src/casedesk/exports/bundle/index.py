"""The list of exhibits: grouped by the fact to be proved, every line linked, its page taken from the page map."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from casedesk.base.i18n import N_
from casedesk.exports.bundle.draft import Draft
from casedesk.exports.bundle.front import Late, Part
from casedesk.exports.bundle.plan import Exhibit, Group, dated
from casedesk.exports.bundle.styles import (
    BLACK,
    BODY,
    CELL,
    CELL_STRONG,
    HAIR,
    HEADING,
    LABEL,
    PAGE,
    SMALL,
    TITLE,
)
from casedesk.exports.bundle.table import GUTTER, Cell, Column, Line, Table
from casedesk.exports.pages import width_of
from casedesk.records.words import EvidenceForm, EvidenceKind

KEY = "index"
_WIDTHS = {
    "number": (N_("No."), 36.0), "name": (N_("Name of the evidence"), 2.2), "kind": (N_("Kind of evidence"), 52.0),
    "source": (N_("Source"), 1.2), "proves": (N_("What it proves"), 2.6), "date": (N_("Date"), 66.0),
    "copies": (N_("Copies"), 32.0), "form": (N_("Original or copy"), 46.0), "pages": (N_("Pages"), 54.0),
}
"""Title and width of each column: above 10 in points, below that its share of what is left."""
_FILLED_FROM: dict[str, Iterable[EvidenceKind | EvidenceForm]] = {"kind": EvidenceKind, "form": EvidenceForm}


def draw(draft: Draft, part: Part) -> None:
    """The whole list; to be drawn after the other parts, which it names."""
    part.page()
    _heading(part, draft)
    names = draft.options.columns or draft.profile.columns
    table = Table(part, _columns(part, draft, names))
    table.head()
    if draft.profile.lettered and own_parts(draft):
        _own_parts(table, draft, names)
    for group in draft.groups:
        _group(table, draft, group, names)
    if not draft.exhibits:
        part.gap(8)
        part.paragraph(draft.say("No evidence has been chosen for this bundle."), BODY, 14)
    if not draft.profile.lettered:
        _attached(part, draft)
    if draft.profile.signed:
        _signature(part, draft)
    part.close()


def _columns(part: Part, draft: Draft, names: Sequence[str]) -> list[Column]:
    fixed = {name: max(width, _least(draft, name)) for name, (_, width) in _WIDTHS.items() if width > 10}
    taken = sum(fixed.get(name, 0) for name in names)
    shares = sum(_WIDTHS[name][1] for name in names if name not in fixed)
    return [Column(
        draft.say(_WIDTHS[name][0]), fixed.get(name) or (part.width - taken) * _WIDTHS[name][1] / shares,
        "right" if name in {"copies", "pages"} else "left") for name in names]


def _least(draft: Draft, name: str) -> float:
    """The width at which no English word of a column's title, or of the words it is filled from, is broken."""
    texts = [(_WIDTHS[name][0], LABEL), *((one.label, CELL) for one in _FILLED_FROM.get(name, ()))]
    return GUTTER + 0.5 + max(
        (width_of(word, style.face, style.size) for text, style in texts
         for word in draft.say(text).split() if word.isascii()), default=0.0)


def _heading(part: Part, draft: Draft) -> None:
    matter, say = draft.dossier.matter, draft.say
    part.gap(22)
    part.text(part.paper.width / 2, part.y, draft.titled(draft.profile.index), TITLE, "centre")
    part.gap(14)
    told = [(say("Case"), matter.name), (say("Case no."), matter.case_number), (say("Court or body"), matter.court),
            (say("Submitted by"), draft.party)]
    labels = max(width_of(label, LABEL.face, 8.5) for label, _ in told) + 12
    for label, value in told:
        if value:
            lines = part.wrap(value, BODY, part.width - labels)
            part.text(part.left, part.y - 11.5, label, LABEL._replace(size=8.5))
            part.lines(lines, BODY, 15, indent=labels)
    part.gap(14)


def _group(table: Table, draft: Draft, group: Group, names: Sequence[str]) -> None:
    part = table.part
    title = draft.profile.group.format(group=group.name)
    indent = _indent(title)
    lines = part.wrap(draft.fact(group), CELL_STRONG, part.width - indent)
    part.gap(7)
    if part.room < 14 * len(lines) + 60:
        table.page()
    part.mark(group.key)
    part.text(part.left, part.y - 10.6, title, CELL_STRONG)
    part.lines(lines, CELL_STRONG, 14, indent=indent)
    part.gap(3)
    part.rule(part.left, part.right, part.y, BLACK, 0.35)
    for exhibit in group.exhibits:
        table.row([_CELLS[name](table, place, draft, exhibit) for place, name in enumerate(names)], leads=exhibit.key)


def _indent(title: str) -> float:
    """Where what follows a group's title begins."""
    return width_of(title, CELL_STRONG.face, CELL_STRONG.size) + 12


def _text(value: Callable[[Draft, Exhibit], str]) -> Callable[[Table, int, Draft, Exhibit], Cell]:
    return lambda table, place, draft, exhibit: table.cell(value(draft, exhibit), place)


_CELLS: dict[str, Callable[[Table, int, Draft, Exhibit], Cell]] = {
    "number": lambda table, place, draft, exhibit: table.cell(exhibit.number, place, CELL_STRONG),
    "name": lambda table, place, draft, exhibit: [
        *table.cell(exhibit.evidence.caption, place), *table.cell(draft.cited(exhibit), place, SMALL)],
    "kind": _text(lambda draft, exhibit: draft.say(exhibit.evidence.kind.label)),
    "source": _text(lambda draft, exhibit: exhibit.evidence.source),
    "proves": _text(lambda draft, exhibit: exhibit.evidence.proves),
    "date": _text(lambda draft, exhibit: str(dated(exhibit.evidence) or "")),
    "copies": _text(lambda draft, exhibit: str(exhibit.evidence.copies)),
    "form": _text(lambda draft, exhibit: draft.say(exhibit.evidence.form.label)),
    "pages": lambda table, place, draft, exhibit: [Line("", key=exhibit.key, late="{pages}")],
}


def own_parts(draft: Draft) -> list[Part]:
    """The bundle's own parts beside cover and index, in their order."""
    return [part for part in draft.front.parts if part.pages and part.key not in {"cover", KEY}]


def _own_parts(table: Table, draft: Draft, names: Sequence[str]) -> None:
    """Section A: what the bundle itself consists of."""
    part = table.part
    part.gap(7)
    title = draft.profile.group.format(group="A")
    part.text(part.left, part.y - 10.6, title, CELL_STRONG)
    part.lines([draft.say("About the contacts")], CELL_STRONG, 14, indent=_indent(title))
    part.gap(3)
    part.rule(part.left, part.right, part.y, BLACK, 0.35)
    for number, other in enumerate(own_parts(draft), 1):
        own = {"number": [Line(f"A{number}", CELL_STRONG)], "pages": [Line("", key=other.key, late="{pages}")]}
        table.row([own.get(name) or (table.cell(other.title, place) if name == "name" else ())
                   for place, name in enumerate(names)], leads=other.key)


def _attached(part: Part, draft: Draft) -> None:
    """What else is in the bundle, with its pages."""
    parts = own_parts(draft)
    if not parts:
        return
    part.need(26 + 15 * len(parts))
    part.gap(22)
    part.text(part.left, part.y, draft.say("Also in this bundle"), HEADING)
    part.gap(6)
    for other in parts:
        part.gap(15)
        part.text(part.left, part.y, other.title, BODY)
        part.late(part.right, part.y, Late(other.key, "{pages}", PAGE, "right"))
        part.link((part.left, part.y - 4, part.right, part.y + 11), other.key)
        part.rule(part.left, part.right, part.y - 4.5, HAIR, 0.3)


def _signature(part: Part, draft: Draft) -> None:
    """Lines to be signed and dated by hand; they stay together."""
    part.need(110)
    say = draft.say
    start = part.right - 250
    part.gap(62)
    for label in (say("Submitted by (signature or seal)"), say("Date of submission")):
        part.text(start, part.y, label, BODY)
        end = start + width_of(label, BODY.face, BODY.size) + 8
        part.rule(end, part.right, part.y - 2, BLACK, 0.5)
        part.gap(34)
    part.y += 14
    part.paragraph(say("The evidence is numbered by the fact to be proved; the page column gives the pages printed "
                       "at the foot of this bundle."), SMALL, 12)
