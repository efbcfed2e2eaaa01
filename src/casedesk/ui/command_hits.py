"""What the search box finds: commands by their words in both languages, records by any text in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from casedesk.base.i18n import N_, tr, words
from casedesk.records import BY_TABLE, Finding, Matter
from casedesk.store import search
from casedesk.store.cabinet import Store
from casedesk.store.search_text import normal
from casedesk.ui.captions import captions
from casedesk.ui.findings.searching import find_findings

_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("Matters"), ("matter",)),
    (N_("People and companies"), ("client", "contact_person", "creditor", "collector", "phone_number", "agent",
                                  "guarantor")),
    (N_("Incidents"), ("incident",)),
    (N_("Evidence"), ("evidence",)),
    (N_("Negotiation and filings"), ("debt", "offer", "agreement", "instalment", "payment", "notice", "filing")),
    (N_("Notes and deadlines"), ("note", "deadline")),
)
_EACH, _WIDTH, _COMMANDS = 6, 72, 7
_CERTAIN = 2


@dataclass(frozen=True)
class Offered:
    """A command as the box offers it: its English words, its keys and what does it."""

    label: str
    keys: str
    run: Callable[[], object]
    possible: Callable[[], bool]
    """Whether it can be done now."""


@dataclass(frozen=True)
class Found:
    """One line of the box; exactly one of `command` and `kind` says what it is."""

    group: str
    title: str
    detail: str = ""
    aside: str = ""
    command: Offered | None = None
    kind: str = ""
    record_id: int = 0

    @property
    def spoken(self) -> str:
        """The line as a screen reader says it."""
        return "  ".join(part for part in (self.title, self.detail, self.aside) if part)


@dataclass(frozen=True)
class Searching:
    """Search the cabinet for the words, group by group; gives what was asked with what was found."""

    store: Store
    words: str

    def __call__(self) -> tuple[str, list[Found]]:
        found = [one for group, kinds in _GROUPS for one in self._group(group, kinds)]
        return self.words, [*found, *self._findings()]

    def _findings(self) -> Iterator[Found]:
        for one in find_findings(self.store, self.words, _EACH):
            yield Found(tr(Finding.titles), one.title, one.why[:_WIDTH], one.ref, kind=Finding.__tablename__,
                        record_id=one.id)

    def _group(self, group: str, kinds: tuple[str, ...]) -> Iterator[Found]:
        with self.store.read() as session:
            hits = search.find(session, self.words, limit=_EACH, kinds=kinds).hits
            matters = {hit.matter_id for hit in hits if hit.matter_id is not None and hit.kind != "matter"}
            refs = dict(session.execute(select(Matter.id, Matter.ref).where(Matter.id.in_(matters))).all())
        names = {kind: captions(self.store, BY_TABLE[kind], [hit.record_id for hit in hits if hit.kind == kind])
                 for kind in {hit.kind for hit in hits}}
        for hit in hits:
            title, said = names[hit.kind].get(hit.record_id, ""), search.snippet(hit.text, self.words, _WIDTH)
            aside = refs.get(hit.matter_id or 0, "") or (tr(BY_TABLE[hit.kind].title) if len(kinds) > 1 else "")
            yield Found(tr(group), title, "" if said in title else said, aside, kind=hit.kind, record_id=hit.record_id)


def commands(typed: str, offered: Sequence[Offered]) -> tuple[list[Found], bool]:
    """The commands the words speak of, the likeliest first; and whether that is certain rather than a guess."""
    wanted = typed.casefold().strip()
    scored = [(max(_score(wanted, words(lang)(one.label)) for lang in ("zh", "en")), one) for one in offered]
    good = sorted((one for one in scored if one[0]), key=lambda one: -one[0])[:_COMMANDS]
    found = [Found(tr("Commands"), tr(one.label), aside=one.keys, command=one) for _, one in good]
    return found, bool(good) and good[0][0] >= _CERTAIN


def _score(wanted: str, label: str) -> int:
    """4 the beginning, 3 the beginning of a word, 2 a part, 1 first letters or letters in order, 0 nothing."""
    said = label.casefold()
    parts = said.split()
    if said.startswith(wanted):
        return 4
    if any(part.startswith(wanted) for part in parts):
        return 3
    if wanted in said:
        return 2
    bare = "".join(wanted.split())
    initials = "".join(part[0] for part in parts)
    if len(bare) > 1 and initials.startswith(bare):
        return 1
    return int(len(bare) > 2 and _in_order(bare, said))


def _in_order(letters: str, text: str) -> bool:
    """Whether the letters follow each other from the beginning of a word, with few others between."""
    starts = [at for at, letter in enumerate(text) if letter == letters[0] and (not at or text[at - 1] == " ")]
    return any(_follow(letters, text[at:at + 2 * len(letters)]) for at in starts)


def _follow(letters: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)


def marks(text: str, typed: str) -> list[tuple[int, int]]:
    """Where in the text the words stand: (start, length) in characters of the text, in order."""
    folded, origin = "", []
    for place, character in enumerate(text):
        form = normal(character) or " "
        folded += form
        origin += [place] * len(form)
    found = []
    for term in normal(typed).split():
        at = folded.find(term)
        while at >= 0:
            start, end = origin[at], origin[at + len(term) - 1] + 1
            found.append((start, end - start))
            at = folded.find(term, at + len(term))
    return sorted(found)
