"""What an argument of the command line may be: each function reads one kind, or says what it is to look like."""

from __future__ import annotations

import argparse
import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterable
from typing import TypeVar

from casedesk.base.fields import Choice
from casedesk.base.i18n import tr

C = TypeVar("C", bound=Choice)


def moment(text: str) -> dt.datetime:
    """An ISO time with its zone, like 2026-11-03T22:14+08:00."""
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(tr("“{text}” is not a time like 2026-11-03T22:14+08:00", text=text)) from None
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError(tr("“{text}” has no zone: write it like 2026-11-03T22:14+08:00", text=text))
    if not 1 < at.year < dt.MAXYEAR:  # the first and last year have no room for another zone
        raise argparse.ArgumentTypeError(tr("“{text}” is not a time like 2026-11-03T22:14+08:00", text=text))
    return at


def one_of(words: Iterable[C]) -> Callable[[str], C]:
    """One word of a closed list."""
    known = {str(word): word for word in words}

    def chosen(text: str) -> C:
        if text not in known:
            raise argparse.ArgumentTypeError(tr("“{text}” is none of {words}", text=text, words=", ".join(known)))
        return known[text]

    return chosen


def day(text: str) -> dt.date:
    """An ISO date, like 2026-11-27."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(tr("“{text}” is not a date like 2026-11-27", text=text)) from None


def evidence_id(text: str) -> uuid.UUID:
    """The id of a piece of evidence."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            tr("“{text}” is not an evidence's id; “casedesk bundle --json” tells them", text=text)) from None


def seconds(text: str) -> int:
    """A whole number of seconds, not negative."""
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise argparse.ArgumentTypeError(tr("“{text}” is not a number of seconds", text=text))
    return int(text)


def most(kind: Callable[[str], float]) -> Callable[[str], float]:
    """A limit: a number above nothing, whole where `kind` is int."""
    def read(text: str) -> float:
        try:
            found = kind(text)
        except ValueError:
            found = 0
        if not 0 < found < 1_000_000:
            raise argparse.ArgumentTypeError(tr("“{text}” is no limit: a number above 0", text=text))
        return found

    return read


def answer(text: str) -> tuple[str, str]:
    """What a form or a file asks for and its answer, like court=某某法院."""
    name, equals, told = text.partition("=")
    if not equals or not name.isidentifier():
        raise argparse.ArgumentTypeError(tr("“{text}” is not like NAME=TEXT", text=text))
    return name, told


def same_number(text: str) -> tuple[str, str]:
    """A masked number and the full one it is, like 138****5678=13812345678."""
    masked, equals, number = text.partition("=")
    if not equals or not masked or not number:
        raise argparse.ArgumentTypeError(tr("“{text}” is not like MASKED=FULL", text=text))
    return masked, number


def file_answer(text: str) -> tuple[str, str, str]:
    """The file an answer is for (empty: all), what it asks and the answer, like chat.txt:dates=dmy."""
    found = re.fullmatch(r"(?:(?!\w+=)(?P<file>.+?):)?(?P<key>[a-z_]+)=(?P<told>.*)", text, re.DOTALL)
    if found is None:
        raise argparse.ArgumentTypeError(tr("“{text}” is not like KEY=VALUE or FILE:KEY=VALUE", text=text))
    return found["file"] or "", found["key"], found["told"]


def place(text: str) -> tuple[int, tuple[float, float, float, float]]:
    """A part of a page, like 1:0.1,0.2,0.5,0.25."""
    page, _, parts = text.partition(":")
    try:
        left, top, right, bottom = map(float, parts.split(","))
        return int(page), (left, top, right, bottom)
    except ValueError:
        raise argparse.ArgumentTypeError(tr("“{text}” is not like 1:0.1,0.2,0.5,0.25", text=text)) from None
