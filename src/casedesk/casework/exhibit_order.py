"""The order of exhibits within the fact they prove."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import object_session

from casedesk.records import Evidence
from casedesk.records.dossier import Dossier
from casedesk.records.rights import Right
from casedesk.store.cabinet import Store


@dataclass(frozen=True)
class Group:
    """The evidence of one fact, in order: (id, name)."""

    fact: str
    exhibits: list[tuple[int, str]]
    left_out: frozenset[int] = frozenset()
    """Those of them that are not marked for the bundle."""


def groups(
    store: Store, matter_id: int, *, every: bool = False, without: Collection[uuid.UUID] = (),
) -> list[Group]:
    """What goes into the bundle, or may go into it, by fact; within it by the place given, else by date."""
    wanted = select(Evidence).where(Evidence.matter_id == matter_id, Evidence.privileged.is_(False))
    with store.read() as session:
        found = session.scalars(wanted if every else wanted.where(Evidence.in_bundle)).all()
    by_fact: dict[str, list[Evidence]] = {}
    for one in sorted(found, key=lambda one: one.id):
        if one.uuid not in without:
            by_fact.setdefault(one.fact, []).append(one)
    return [Group(fact, [(one.id, one.caption) for one in sorted(members, key=_place)],
                  frozenset(one.id for one in members if not one.in_bundle))
            for fact, members in by_fact.items()]


def _place(one: Evidence) -> tuple[object, ...]:
    return one.position is None, one.position or 0, one.dated is None, str(one.dated), one.id


def rearranged(found: Sequence[Group], orders: Sequence[Sequence[int]], taken: Mapping[int, bool]) -> list[Group]:
    """The groups in the order that was chosen for them, `taken` in or out; what came since stands at the end."""
    place = {one: at for order in orders for at, one in enumerate(order)}
    return [Group(group.fact, sorted(group.exhibits, key=lambda one: place.get(one[0], len(place))),
                  frozenset(one for one, _ in group.exhibits if not taken.get(one, one not in group.left_out)))
            for group in found]


def arranged(dossier: Dossier, exhibits: Sequence[int] | None) -> Dossier:
    """The dossier with these exhibits alone in its bundle, in this order; None leaves it as the records have it."""
    if exhibits is None:
        return dossier
    places = {evidence_id: place for place, evidence_id in enumerate(exhibits, 1)}
    for one in dossier.evidence:
        session = object_session(one)
        if session is not None:
            session.expunge(one)  # what is changed below is this dossier's alone
        one.in_bundle, one.position = one.id in places, places.get(one.id)
    return replace(dossier, evidence=list(dossier.evidence))


def put_in_order(store: Store, evidence_ids: Sequence[int]) -> None:
    """Give the evidence of one fact its places from 1 on."""
    with store.work(Right.WRITE) as session:
        found = {one.id: one for one in session.scalars(select(Evidence).where(Evidence.id.in_(evidence_ids)))}
        for place, evidence_id in enumerate(evidence_ids, 1):
            if evidence_id in found and found[evidence_id].position != place:
                found[evidence_id].position = place
