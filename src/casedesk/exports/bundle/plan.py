"""Which exhibits there are, in what groups, under what numbers; and on which page everything stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from casedesk.exports.bundle.profiles import Profile
from casedesk.records.evidence import Evidence


@dataclass(frozen=True)
class Exhibit:
    """One piece of evidence with its number in this bundle."""

    evidence: Evidence
    number: str
    mark: str
    """The number as it is printed on the pages: 证据1-1, Exhibit B1."""

    @property
    def key(self) -> str:
        return exhibit_key(self.evidence.id)


@dataclass(frozen=True)
class Group:
    """The exhibits that prove one fact."""

    name: str
    """1, 2, ... or B, C, ..."""
    fact: str
    exhibits: Sequence[Exhibit]

    @property
    def key(self) -> str:
        return f"group {self.name}"


def exhibit_key(evidence_id: int) -> str:
    return f"exhibit {evidence_id}"


def sheet_key(incident_id: int) -> str:
    return f"incident {incident_id}"


def groups(evidence: Sequence[Evidence], profile: Profile, before: int = 0) -> list[Group]:
    """What goes into the bundle, grouped by fact in the order the facts first came up; those without one last.

    Names of groups run on from `before` that were filed earlier.

    Inside a group: by the place a person gave, then by date, then as received.
    """
    by_fact: dict[str, list[Evidence]] = {}
    for one in evidence:
        if one.in_bundle and not one.privileged:
            by_fact.setdefault(" ".join(one.fact.split()), []).append(one)
    facts = sorted(by_fact, key=lambda fact: not fact)
    return [_group(place, fact, sorted(by_fact[fact], key=_order), profile)
            for place, fact in enumerate(facts, before)]


def _group(place: int, fact: str, members: Sequence[Evidence], profile: Profile) -> Group:
    name = profile.group_name(place)
    exhibits = []
    for item, one in enumerate(members, 1):
        number = profile.number.format(group=name, item=item)
        exhibits.append(Exhibit(one, number, profile.mark.format(number=number)))
    return Group(name, fact, exhibits)


def _order(one: Evidence) -> tuple[bool, int, dt.date, int]:
    return one.position is None, one.position or 0, dated(one) or dt.date.max, one.id


def dated(one: Evidence) -> dt.date | None:
    """The day an exhibit belongs to: that of the document, else when it was captured."""
    if one.dated is not None:
        return one.dated
    return one.captured_at.date() if one.captured_at else None


class Place(NamedTuple):
    """A printed page, from 1, and how far up it something begins, in points; None for the top of the page."""

    page: int
    top: float | None = None
    last: int = 0
    """Where an exhibit ends."""

    @property
    def pages(self) -> str:
        return f"{self.page}-{self.last}" if self.last > self.page else str(self.page)

    def after(self, pages: int) -> Place:
        """The same place, its printed numbers running on from so many pages."""
        return self._replace(page=self.page + pages, last=self.last + pages)


@dataclass(frozen=True)
class PageMap:
    """The one map of pages: stamps, labels, index, bookmarks and links all ask it."""

    places: Mapping[str, Place]
    total: int


class Cited(NamedTuple):
    """Where an exhibit stood in what was filed before: documents cite it so."""

    number: str
    pages: str
    day: str


class Size(NamedTuple):
    """How many pages an exhibit takes; `shared` when its only page is the one the exhibit before it is on."""

    exhibit: Exhibit
    pages: int
    shared: bool = False


def page_map(front: Mapping[str, Place], front_pages: int, sizes: Sequence[Size]) -> PageMap:
    """Exhibits of so many pages each, after so many front pages."""
    places, before = dict(front), front_pages
    for exhibit, pages, shared in sizes:
        first = before if shared else before + 1
        before = first + pages - 1
        places[exhibit.key] = Place(first, None, before)
    return PageMap(places, before)
