"""A TOML file that a person wrote, taken out key by key: each mistake is named with its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import LANGUAGES, tr

Both = Mapping[str, str]


class Keys:
    """The entries of one table of a TOML file, taken out one by one; what is left over is an error."""

    def __init__(self, entries: object, file: str, place: str) -> None:
        self.file, self.place = file, place
        if not isinstance(entries, dict):
            raise self.wrong(place, tr("a table is wanted"))
        self._left: dict[str, Any] = dict(entries)

    def wrong(self, key: str, why: str) -> InvalidEntry:
        """What to raise about a key."""
        return InvalidEntry(tr("{file}, {place}: “{key}”: {why}.", file=self.file, place=self.place or "-", key=key,
                               why=why), tr("Correct the file and try again."), field=key)

    def get(self, key: str, kind: type, *default: Any) -> Any:
        """The value of a key, of this type."""
        if key not in self._left:
            if default:
                return default[0]
            raise self.wrong(key, tr("it is missing"))
        value = self._left.pop(key)
        if type(value) is not kind:
            raise self.wrong(key, tr("it should be of type {type}", type=kind.__name__))
        return value

    def said(self, key: str) -> Both:
        """A text in every language, or one text for all."""
        if isinstance(self._left.get(key), dict):
            return self.both(key)
        found = self.get(key, str)
        return dict.fromkeys(LANGUAGES, found)

    def both(self, key: str, *default: Any) -> Both:
        """A text in every language."""
        if not isinstance(self._left.get(key, {}), dict):
            raise self.wrong(key, tr("it needs a text in zh and in en"))
        found: dict[str, str] = self.get(key, dict, *default)
        if found and (set(found) != set(LANGUAGES) or not all(isinstance(one, str) and one for one in found.values())):
            raise self.wrong(key, tr("it needs a text in zh and in en"))
        return found

    def word(self, key: str, kind: type[Any]) -> Any:
        """One of a closed list of words."""
        return kind(self.one_of(key, [one.value for one in kind]))

    def one_of(self, key: str, words: Sequence[str], *default: str) -> str:
        found: str = self.get(key, str, *default)
        if found not in words:
            raise self.wrong(key, tr("it should be one of {words}", words=", ".join(words)))
        return found

    def words(self, key: str, kind: type[Any], otherwise: frozenset[str]) -> frozenset[str]:
        """Some of a closed list of words; none means all."""
        found, known = self.get(key, list, sorted(otherwise)), [one.value for one in kind]
        for one in found:
            if one not in known:
                raise self.wrong(key, tr("it should be one of {words}", words=", ".join(known)))
        return frozenset(found)

    def day(self, key: str) -> dt.date:
        found: dt.date = self.get(key, dt.date)
        return found

    def day_or_none(self, key: str) -> dt.date | None:
        found: dt.date | None = self.get(key, dt.date, None)
        return found

    def tables(self, key: str) -> Iterator[Keys]:
        """The tables of a list of such, each with its number."""
        for number, one in enumerate(self.get(key, list, []), 1):
            yield Keys(one, self.file, f"{key} {number}")

    def strings(self, key: str, known: Sequence[str] = ()) -> tuple[str, ...]:
        """A list of texts, of the known ones where these are given; empty where there is none."""
        found = self.get(key, list, [])
        if not all(isinstance(one, str) and one for one in found):
            raise self.wrong(key, tr("a list of words is wanted"))
        if known and not set(found) <= set(known):
            raise self.wrong(key, tr("it should be one of {words}", words=", ".join(known)))
        return tuple(found)

    def positive(self, key: str, kind: type[Any] = int) -> Any:
        """A number above nought; None where there is none. One with a fraction may be whole."""
        if kind is float and type(self._left.get(key)) is int:
            kind = int
        found = self.get(key, kind, None)
        if found is not None and found <= 0:
            raise self.wrong(key, tr("it should be above 0"))
        return found

    def inline(self) -> Both:
        """The text in every language that stands among the keys of the table itself."""
        self._left["zh, en"] = {lang: self._left.pop(lang) for lang in LANGUAGES if lang in self._left}
        found = self.both("zh, en")
        if not found:
            raise self.wrong("zh, en", tr("it needs a text in zh and in en"))
        return found

    def done(self) -> None:
        """Nothing may be left."""
        for key in self._left:
            raise self.wrong(key, tr("nothing of this name is known"))
