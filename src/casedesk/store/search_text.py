"""Which texts of a record are searched, and the normal form in which they are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import chain, repeat
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, Text

from casedesk.base import phones
from casedesk.base.fields import Field
from casedesk.records import ALL, Record, columns

_UNSEARCHED = {"password", "kept", "machine_scores"}
_RESERVED = re.compile("[\0\ud800-\udfff\U000f0000-\U000f00ff]")
_SIGN = {code: chr(0xF0000 + code) for code in range(128) if not chr(code).isalnum()}
_GRAM = 3


@lru_cache(4096)
def normal(text: str) -> str:
    """The form in which texts are compared: NFKC, caseless, every run of white space one space."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(_RESERVED.sub("\ufffd", folded).split())


def shown_as_letters(text: str) -> str:
    """The text with ASCII signs as private-use characters, so that SQLite's ASCII tokenizer parts and folds nothing."""
    return text.translate(_SIGN)


def grams(text: str) -> set[str]:
    """Every run of three characters within the words of a normal text, and the shorter ones that end them."""
    return {word[start:start + _GRAM] for word in shown_as_letters(text).split() for start in range(len(word))}


@dataclass(frozen=True)
class Searched:
    """A kind of record and its columns that hold text."""

    kind: type[Record]
    columns: tuple[tuple[Column[Any], Field], ...]
    comparable: ColumnElement[Any] | None
    """The column that holds the comparable form of its number; None where none is kept."""

    @property
    def read(self) -> tuple[ColumnElement[Any], ...]:
        """All columns that what is compared is made of."""
        own = () if self.comparable is None else (self.comparable,)
        return (*(column for column, _ in self.columns), *own)

    @property
    def names(self) -> frozenset[str]:
        """The keys of those columns."""
        return frozenset(str(column.key) for column in self.read)

    def filled(self, rows: Mapping[str, Sequence[Any]]) -> Searched:
        """The same with those columns alone in which something stands."""
        return replace(self, columns=tuple(one for one in self.columns if any(rows[one[0].key])))

    def each(self, rows: Mapping[str, Sequence[Any]]) -> Iterator[str]:
        """What is compared of each row."""
        said = [self._lines(column, field, rows) for column, field in self.columns]
        for lines in zip(*said, strict=True) if said else repeat((), len(rows["id"])):
            yield "\n".join(filter(None, dict.fromkeys(chain.from_iterable(lines))))

    def _lines(self, column: Column[Any], field: Field, rows: Mapping[str, Sequence[Any]]) -> list[list[str]]:
        """The lines a column gives to what is compared of each row."""
        values = rows[column.key]
        said = [list(map(normal, _texts(column, value))) if value else [] for value in values]
        if field.warn is phones.phone_doubt:
            for place, lines in enumerate(said):
                if lines:
                    lines.append(normal(phones.read_phone(values[place]).normal if self.comparable is None
                                        else rows["normal"][place]))
        return said

    def shown(self, value_of: Callable[[str], Any]) -> str:
        """The texts a hit is shown by, one a line; personal data that is shown as dots is not among them."""
        return "\n".join(text for column, field in self.columns if not field.masked
                         for text in _texts(column, value_of(column.key)))

    def compared(self, value_of: Callable[[str], Any]) -> str:
        """All texts in normal form, one a line; a telephone number stands both as displayed and as comparable."""
        return next(self.each({str(column.key): [value_of(str(column.key))] for column in self.read}))


def _texts(column: Column[Any], value: object) -> Iterator[str]:
    """What a person wrote in the column; its default says nothing."""
    if isinstance(value, list):
        yield from map(str, value)
    elif isinstance(value, str) and value and value != _default(column):
        yield value


def _default(column: Column[Any]) -> object:
    return getattr(column.default, "arg", None)


@cache
def searched() -> dict[str, Searched]:
    """Every kind of record that holds text, by its table."""
    found = {}
    for kind in ALL:
        texts = tuple((column, field) for column, field in columns(kind)
                      if isinstance(column.type, Text | JSON) and column.key not in _UNSEARCHED)
        found[kind.__tablename__] = Searched(kind, texts, kind.__table__.c.get("normal"))
    return {table: one for table, one in found.items() if one.columns}
