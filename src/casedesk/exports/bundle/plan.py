"""Which exhibits there are, in what groups, under what numbers; and on which page everything stands."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase, digits
from typing import NamedTuple

from casedesk.exports.bundle.numbers import letters, parted, place_of
from casedesk.exports.bundle.profiles import Profile
from casedesk.records.evidence import Evidence


@dataclass(frozen=True)
class Exhibit:
    """One piece of evidence with its number in this bundle."""

    evidence: Evidence
    number: str
    mark: str
    """The number as it is printed on the pages: 证据1-1, Exhibit B1."""
    behind: int | None = None
    """The page filed before that its pages are inserted behind; None: they run on."""

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


@dataclass(frozen=True)
class Standing:
    """A piece of evidence in what was filed: its number, and the printed numbers of its first and last page."""

    evidence: Evidence
    number: str
    first: str
    last: str


@dataclass(frozen=True)
class Filed:
    """What was filed before a bundle that supplements it."""

    pages: int = 0
    """The last number of a page that is not inserted."""
    groups: int = 0
    contents: int = 0
    """The page its list of exhibits ends on, ..."""
    exhibits: Sequence[Standing] = ()
    """... what the list holds, and ..."""
    numbers: Sequence[str] = ()
    """... every printed number; these three only where late pages are inserted."""


NOTHING = Filed()


def groups(evidence: Sequence[Evidence], profile: Profile, filed: Filed = NOTHING) -> list[Group]:
    """What goes into the bundle, grouped by fact in the order the facts first came up; those without one last.

    Names of groups run on from those that were filed before. A profile that inserts late pages puts evidence of a fact
    that was filed into its group there, and these groups first.

    Inside a group: by the place a person gave, then by date, then as received.
    """
    by_fact: dict[str, list[Evidence]] = {}
    for one in evidence:
        if one.in_bundle and not one.privileged:
            by_fact.setdefault(_fact(one), []).append(one)
    found: list[Group] = []
    late: list[Group] = []
    for fact in sorted(by_fact, key=lambda fact: not fact):
        members = sorted(by_fact[fact], key=_order)
        before = [one for one in filed.exhibits if _fact(one.evidence) == fact] if profile.inserted else []
        if before:
            late.append(_inserted(fact, members, before, profile))
        else:
            found.append(_group(filed.groups + len(found), fact, members, profile))
    return [*sorted(late, key=lambda group: group.exhibits[0].behind or 0), *found]


def _fact(one: Evidence) -> str:
    return " ".join(one.fact.split())


def _group(place: int, fact: str, members: Sequence[Evidence], profile: Profile) -> Group:
    name = profile.group_name(place)
    exhibits = []
    for item, one in enumerate(members, 1):
        number = profile.number.format(group=name, item=item)
        exhibits.append(Exhibit(one, number, profile.mark.format(number=number)))
    return Group(name, fact, exhibits)


def _inserted(fact: str, members: Sequence[Evidence], filed: Sequence[Standing], profile: Profile) -> Group:
    """Each late exhibit behind the one it follows by its date, B2A behind B2; B0A where it precedes all of them."""
    filed = sorted(filed, key=lambda one: _age(one.evidence))
    first, letter = parted(min((one.first for one in filed), key=place_of))
    start = _root(filed[0].number).rstrip(digits)
    used = Counter(_root(one.number) for one in filed if one.number != _root(one.number))
    exhibits = []
    for one in members:
        prior = [other for other in filed if _age(other.evidence) < _age(one)]
        root = _root(prior[-1].number) if prior else f"{start}0"
        number = f"{root}{letters(used[root])}"
        used[root] += 1
        behind = parted(prior[-1].last)[0] if prior else first - (not letter)
        exhibits.append(Exhibit(one, number, profile.mark.format(number=number), behind))
    return Group(start.rstrip("-"), fact, sorted(exhibits, key=lambda one: one.behind or 0))


def _root(number: str) -> str:
    """An exhibit's number without the letter of one that was inserted behind it."""
    return number.rstrip(ascii_uppercase) or number


def _order(one: Evidence) -> tuple[bool, int, dt.date, int]:
    return one.position is None, one.position or 0, dated(one) or dt.date.max, one.id


def _age(one: Evidence) -> tuple[dt.date, int]:
    return dated(one) or dt.date.max, one.id


def dated(one: Evidence) -> dt.date | None:
    """The day an exhibit belongs to: that of the document, else when it was captured."""
    if one.dated is not None:
        return one.dated
    return one.captured_at.date() if one.captured_at else None


class Place(NamedTuple):
    """A page of the document, from 1, and how far up it something begins, in points; None for the top of the page."""

    page: int
    top: float | None = None
    last: int = 0
    """Where an exhibit ends."""


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
