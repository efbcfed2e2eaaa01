"""What a format gives: draft rows, problems and remarks, each with its place in the file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from casedesk.base.errors import CasedeskError, InvalidEntry
from casedesk.base.i18n import tr
from casedesk.base.typed_time import Precision
from casedesk.records.words import Channel, Direction, SourceKind


@dataclass(frozen=True)
class Attachment:
    """A file that came with a row: a picture of an MMS, an attachment of an e-mail."""

    file_name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One row as it may become an incident. `at` without a zone is local to the place the import is told."""

    line: int
    sheet: str = ""
    at: dt.datetime
    precision: Precision = Precision.EXACT
    channel: Channel = Channel.CALL
    direction: Direction = Direction.IN
    source: SourceKind = SourceKind.PHONE
    number: str = ""
    """As the file has it; empty when hidden."""
    our_number: str = ""
    name: str = ""
    """What the file calls the other side: the phone's contact name, the chat's sender."""
    answered: bool | None = None
    duration: int | None = None
    """Seconds."""
    words: str = ""
    attachments: tuple[Attachment, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    """Further columns of `Incident` by name, for tables that have them; “debt”: what our workbook says of its debt."""


@dataclass(frozen=True)
class Lost:
    """One row that could not be read, and why; it is counted, named and never imported."""

    line: int
    message: str
    sheet: str = ""


@dataclass(frozen=True)
class Remark:
    """Something to know about the file or a row that was read all the same: a wrong count, a repaired character."""

    message: str
    line: int = 0
    sheet: str = ""
    is_problem: bool = True
    """False for what is only told, such as the operator's own disclaimer."""


@dataclass(frozen=True)
class Skipped:
    """A row of the file that holds no contact (a total, a layout part, a draft); counted as excluded, with why.

    Titles of columns and what stands above them are no rows: what they say is a remark.
    """

    line: int
    why: str
    sheet: str = ""


Row = Draft | Lost | Remark | Skipped


@dataclass(frozen=True)
class Question:
    """What the file does not tell and the person must: `answers` maps the value to keep to its label."""

    key: str
    text: str
    answers: Mapping[str, str]
    suggested: str = ""
    assumed: str | None = None
    """The answer to go on with where nobody is there to be asked; None when nothing may be assumed."""

    def possible(self) -> str:
        """The answers in one line, each with what it means."""
        return " / ".join(key if key == label else f"{key}: {label}" for key, label in self.answers.items())


class NeedsAnswer(CasedeskError):
    """A format cannot go on without an answer; pass it in `Options.answers` under the question's key."""

    exit_code = 3

    def __init__(self, question: Question, file: str = "") -> None:
        super().__init__(f"{file}: {question.text}" if file else question.text,
                         tr("Answer “{key}”: {answers}", key=question.key, answers=question.possible()))
        self.question = question

    def __reduce__(self) -> tuple[type[NeedsAnswer], tuple[Question]]:
        return NeedsAnswer, (self.question,)


@dataclass(frozen=True)
class Options:
    """What the person chose for one file. `mapping` is column number -> field name, for tables."""

    zone: str = "Asia/Shanghai"
    answers: Mapping[str, str] = field(default_factory=dict)
    mapping: Mapping[int, str] | None = None
    step: Callable[[int], object] = lambda done: None
    """Called with the bytes read so far, of `path`'s size, at least every megabyte; may raise `Cancelled`."""
    asked: set[str] = field(default_factory=set)
    """The keys of the questions that came up."""

    def ask(self, question: Question) -> str:
        """The answer given; NeedsAnswer when there is none, InvalidEntry when it is none of those possible."""
        self.asked.add(question.key)
        given = self.answers.get(question.key)
        if given is None:
            raise NeedsAnswer(question)
        if given not in question.answers:
            raise InvalidEntry(tr("“{answer}” does not answer “{key}”: {question}", answer=given, key=question.key,
                                  question=question.text), question.possible())
        return given


class Format(Protocol):
    """One kind of file. `looks` is given the path and its first 64 KiB and decides from the content alone."""

    id: str
    title: str
    """English, marked with N_."""
    asks: tuple[str, ...]
    """The keys of the questions it may ask."""

    def looks(self, path: Path, head: bytes) -> bool:
        """Whether this is such a file."""

    def read(self, path: Path, options: Options) -> Iterator[Row]:
        """The rows in the order of the file, in bounded memory; ImportProblem when nothing can be read at all."""
