"""The cover: what this is, whose, for which court, how much, and what the printed hash can prove."""

from __future__ import annotations

from casedesk.exports.bundle.draft import Draft
from casedesk.exports.bundle.front import Late, Part
from casedesk.exports.bundle.styles import BLACK, BODY, COVER, GREY, HAIR, HEADING, LABEL, SMALL, Style

_LABELS, _ACROSS = 96.0, 380.0
_LEADING = 19.0
_VALUE = Style(BODY.face, 11)


def draw(draft: Draft, part: Part) -> None:
    """The one page."""
    part.page()
    middle = part.paper.width / 2
    part.y = part.paper.height - 170
    _title(part, draft, middle)
    part.gap(46)
    _facts(part, draft, middle)
    _extent(part, draft, middle)
    _proof(part, draft)
    part.close()


def _title(part: Part, draft: Draft, middle: float) -> None:
    if draft.dossier.matter.court:
        part.text(middle, part.y + 64, draft.dossier.matter.court, HEADING, "centre")
    title = draft.titled(draft.profile.cover)
    spaced = "\u2002".join(title) if draft.lang == "zh" and len(title) <= 8 else title
    part.text(middle, part.y, spaced, COVER, "centre")
    part.gap(24)
    part.rule(middle - 34, middle + 34, part.y, BLACK, 1.2)
    part.gap(12)
    part.lines(part.wrap(draft.dossier.matter.name, HEADING, _ACROSS), HEADING, 20, align="centre")


def _facts(part: Part, draft: Draft, middle: float) -> None:
    say, matter = draft.say, draft.dossier.matter
    others = [one.name for one in draft.dossier.creditors] + [one.name for one in draft.dossier.collectors]
    told = [
        (say("Case no."), matter.case_number), (say("Submitted by"), draft.party),
        (say("Other side"), say("; ").join(dict.fromkeys(others))),
        (say("Represented by"), draft.dossier.firm), (say("Our reference"), matter.ref),
        (say("As of"), draft.date(draft.dated)),
    ]
    left = middle - _ACROSS / 2
    for label, value in told:
        if value:
            _fact(part, left, label, value)


def _fact(part: Part, left: float, label: str, value: str) -> None:
    for number, line in enumerate(part.wrap(value, _VALUE, _ACROSS - _LABELS)):
        part.gap(_LEADING)
        if not number:
            part.text(left, part.y, label, LABEL._replace(size=9))
        part.text(left + _LABELS, part.y, line, _VALUE)
    part.gap(6)
    part.rule(left, left + _ACROSS, part.y, HAIR, 0.4)


def _extent(part: Part, draft: Draft, middle: float) -> None:
    """How many exhibits, groups and pages there are."""
    text = draft.say(
        "{exhibits} exhibits in {groups} groups", exhibits=len(draft.exhibits), groups=len(draft.groups))
    style = Style(BODY.face, 10.5, GREY)
    part.gap(34)
    part.late(middle, part.y, Late("", text + draft.say(", {total} pages", total="{total}"), style, "centre"))


def _proof(part: Part, draft: Draft) -> None:
    """At the foot: the head of the audit chain, and what it does and does not show."""
    if not draft.dossier.chain_head:
        return
    text = draft.say(
        "Head of the record chain (SHA-256): {hash}. With it, any later change to the records kept when this bundle "
        "was made can be detected. It does not show that what is recorded is true.", hash=draft.dossier.chain_head)
    lines = part.wrap(text, SMALL, part.width)
    part.y = 60 + 12 * len(lines)
    part.rule(part.left, part.right, part.y + 4, HAIR, 0.4)
    part.lines(lines, SMALL, 12)
