"""Captions of records told in a language."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Enum

from casedesk.base.fields import Choice
from casedesk.base.i18n import Say
from casedesk.records.record import Record, columns


def in_words(kind: type[Record], said: str, say: Say) -> str:
    """A caption with the words of closed lists translated."""
    for word in _words(kind):
        if word in said:
            return said.replace(word, say(word))
    return said


@cache
def _words(kind: type[Record]) -> list[str]:
    """The words of the kind's closed lists, longest first."""
    found = {word.label for column, _ in columns(kind) if isinstance(column.type, Enum)
             for word in column.type.enum_class or () if isinstance(word, Choice)}
    return sorted(found, key=len, reverse=True)
