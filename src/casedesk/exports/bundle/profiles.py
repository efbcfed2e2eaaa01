"""Profiles: how a court wants its bundle, kept as data under resources/profiles."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import Language, tr
from casedesk.base.resources import resource
from casedesk.exports.bundle.numbers import letters
from casedesk.exports.pages import A4, LETTER, Paper

_PAPERS = {"A4": A4, "Letter": LETTER}


@dataclass(frozen=True)
class Profile:
    """One profile in one language."""

    name: str
    lang: Language
    title: str
    cover: str
    """The name of the whole on its cover, ..."""
    index: str
    """... and of its list of exhibits."""
    paper: Paper
    columns: tuple[str, ...]
    """Of the index: number, date, name, kind, source, proves, pages, copies, form."""
    number: str
    mark: str
    page: str
    """What is printed on each page, of {page} and {pages}."""
    group: str
    """The heading of a group, of {group}."""
    lettered: bool
    """Groups are called B, C, ... and A holds the bundle's own parts, which the index then names."""
    paged_bookmarks: bool
    full_size: bool
    """Opens, and follows links and bookmarks, at 100 %."""
    signed: bool
    """The index ends with lines to be signed and dated."""
    night: tuple[int, int]
    file: tuple[str, ...] = ()
    """What the bundle's file is named by, of case, bundle, hearing and number; what is not known is left out. Without
    any it has the name of a bundle."""
    inserted: bool = False
    """Late pages are inserted behind the page they follow, as 12A, 12B; else they run on at the end."""

    def group_name(self, place: int) -> str:
        """What the group in this place, from 0, is called."""
        return letters(place + 1) if self.lettered else str(place + 1)


@cache
def profile_ids() -> tuple[str, ...]:
    """The profiles there are."""
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in resource("profiles").iterdir()
                        if entry.name.endswith(".toml")))


@cache
def profile(name: str, lang: Language) -> Profile:
    """The profile of this name; InvalidEntry names the ones there are."""
    if name not in profile_ids():
        raise InvalidEntry(tr("There is no bundle profile “{name}”.", name=name),
                           tr("Choose one of: {names}.", names=", ".join(profile_ids())), field="profile")
    found = tomllib.loads((resource("profiles") / f"{name}.toml").read_text(encoding="utf-8"))
    told = {key: _in(value, lang) for key, value in found.items()}
    told |= {"paper": _PAPERS[found["paper"]], "columns": tuple(found["columns"]), "night": tuple(found["night"]),
             "file": tuple(found.get("file", ()))}
    return Profile(name=name, lang=lang, **told)


def _in(value: Any, lang: Language) -> Any:
    return value[lang] if isinstance(value, dict) else value
