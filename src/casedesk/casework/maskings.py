"""Deciding what a masked copy shows of the pictures in a piece of evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import language, tr, words
from casedesk.casework.preflight import exhibit_file
from casedesk.records import Evidence, Matter
from casedesk.records.masking import Masking, Place, read
from casedesk.records.rights import Right
from casedesk.records.words import MaskDecision, RecipientKind
from casedesk.store.cabinet import Store

Part = tuple[float, float, float, float]
"""Left, top, right and bottom as parts of a page."""


class Exhibit(NamedTuple):
    """An exhibit to be decided about: its name, its pages as a PDF, their sizes in points, what was decided."""

    name: str
    pdf: bytes
    sizes: list[tuple[int, int]]
    decisions: list[Masking]


def exhibit(store: Store, evidence_id: int) -> Exhibit:
    """The exhibit as the bundle of its matter shows it; DocumentError when it cannot be shown."""
    from casedesk.exports.bundle.profiles import profile
    from casedesk.exports.exhibits import shown

    with store.read() as session:
        one = session.scalars(select(Evidence).where(Evidence.id == evidence_id)).one()
        matter = session.get_one(Matter, one.matter_id)
    paper = profile(f"{matter.jurisdiction}-court", language()).paper
    pdf = shown.pages(exhibit_file(store, one), paper, words(language()))
    return Exhibit(one.caption, pdf, shown.sizes(pdf), read(one.maskings))


def decide(
    store: Store, evidence_id: int, recipient: RecipientKind, decision: MaskDecision | None,
    places: Sequence[Place] = (),
) -> None:
    """Keep a decision for a kind of recipient in the place of an earlier one; None: it is undecided again.

    InvalidEntry when it is to be black where it is marked, and nothing is marked.
    """
    if decision is MaskDecision.BLACKED and not places:
        raise InvalidEntry(tr("No place is marked."), tr("Mark what is to be black, or choose what else to do."),
                           field="places")
    with store.work(Right.WRITE) as session:
        evidence = session.scalars(select(Evidence).where(Evidence.id == evidence_id)).one()
        others = [one for one in read(evidence.maskings) if one.recipient is not recipient]
        if decision is not None:
            others.append(Masking(recipient, decision, tuple(places) if decision is MaskDecision.BLACKED else ()))
        evidence.maskings = [one.written() for one in others]


def placed(shown: Exhibit, marked: Mapping[int, Sequence[Part]]) -> list[Place]:
    """Parts of pages, by page from 1, as places; InvalidEntry when there is no such page or part."""
    found = []
    for page, parts in sorted(marked.items()):
        if not 1 <= page <= len(shown.sizes):
            raise InvalidEntry(tr("“{name}” has {n} pages; there is no page {page}.", name=shown.name,
                                  n=len(shown.sizes), page=page), field="places")
        for left, top, right, bottom in parts:
            if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
                raise InvalidEntry(tr("A place is given by parts of the page: left before right, top before bottom."),
                                   tr("Like 0.1,0.2,0.5,0.25."), field="places")
            found.append(Place(page, left, top, right, bottom, *shown.sizes[page - 1]))
    return found
