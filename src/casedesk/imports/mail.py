"""E-mail: one message (.eml), a mailbox (.mbox) or an Outlook item (.msg); each message is one draft.

A message that bears the marks of its delivery (Received, Delivered-To) was received. One without them may be the copy
in a folder of sent mail: if it is ours, only the person can say, so whose address ours is, is asked.
"""

from __future__ import annotations

import codecs
import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import BinaryIO, NamedTuple

from casedesk.base import mails
from casedesk.base.errors import ImportProblem
from casedesk.base.i18n import N_, tr
from casedesk.base.mails import Enclosure
from casedesk.imports import outlook
from casedesk.imports.draft import Attachment, Draft, Lost, Options, Remark, Row
from casedesk.imports.parties import LONGEST_WORDS, Senders, legible, stepping
from casedesk.records.words import Channel, Direction, SourceKind

LARGEST = 35_000_000
"""Bytes of one message: 25 MB of attachments, as most servers take, written as base64."""
_PIECE = 1 << 20
_OFTEN = 0xFF
_HEAD = 64 << 10
_ENVELOPE = re.compile(rb"From \S+ .*\d{1,2}:\d\d.*\d{4}")
_BARE = re.compile(rb"From \S*\s*\Z")
_BLANK = (b"\n", b"\r\n")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_MARKED = re.compile(rb"^(?:Received|Delivered-To|X-Original-To|Return-Path|X-Received):[ \t]*\S", re.MULTILINE)
_TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")
_DELIVERED = ("Received", "Delivered-To", "X-Original-To", "Return-Path", "X-Received")
Step = Callable[[int], object]


class _Piece(NamedTuple):
    """One message of a mailbox and the line it begins on; None when it is too large."""

    line: int
    data: bytes | None


@dataclass(frozen=True)
class Letter:
    """A message of whatever file."""

    sender: tuple[str, str]
    recipients: list[tuple[str, str]]
    subject: str
    words: str
    at: dt.datetime | None
    from_server: bool
    """The time is that of the server that took it in, for the message itself tells none."""
    delivered: bool
    mailbox: str
    enclosures: tuple[Enclosure, ...]
    encrypted: bool
    problems: tuple[str, ...] = ()


class Mail:
    """The format of e-mail."""

    id = "email"
    title = N_("E-mail (.eml, .mbox, .msg)")
    asks: tuple[str, ...] = ("me",)

    def looks(self, path: Path, head: bytes) -> bool:
        """A message, a mailbox, or an Outlook item."""
        start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        return mails.is_mail(start) or outlook.looks(path, head)

    def read(self, path: Path, options: Options) -> Iterator[Row]:
        """One draft a message; the line is where it begins in the mailbox."""
        with path.open("rb") as file:
            head = file.read(_HEAD)
        if outlook.looks(path, head):
            yield from _outlook(path, options)
            return
        me = _who(path, options)
        for piece in _pieces(path, options.step):
            yield from _rows(piece, me)


def _outlook(path: Path, options: Options) -> Iterator[Row]:
    found = outlook.read(path)
    letter = Letter(found.sender, found.recipients, found.subject, found.words, found.at, False, found.delivered,
                    found.mailbox, found.enclosures, found.encrypted, found.problems)
    senders = Senders()
    if not letter.delivered:
        senders.add(_key(letter.sender), _label(letter.sender))
    me = senders.ask(options) if len(senders) else ""
    options.step(path.stat().st_size)
    yield from _draft(letter, 1, me)


def _who(path: Path, options: Options) -> str:
    """Our address, where some message leaves open whether it was sent or received; else empty."""
    senders = Senders()
    for piece in _pieces(path, lambda done: options.step(0)):
        if piece.data is None:
            continue
        head = _head(piece.data)
        if not _MARKED.search(head) and not _delivered(message := mails.read_message(head)):
            sender = _first(message, "From")
            senders.add(_key(sender), _label(sender))
    return senders.ask(options) if len(senders) else ""


def _head(data: bytes) -> bytes:
    return re.split(rb"\r?\n\r?\n", data[:_HEAD].lstrip(b"\r\n\xef\xbb\xbf"), maxsplit=1)[0]


def _delivered(message: Message) -> bool:
    return any(mails.header(message, name) for name in _DELIVERED)


def _first(message: Message, name: str) -> tuple[str, str]:
    return next(iter(mails.addresses(message, name)), ("", ""))


def _key(person: tuple[str, str]) -> str:
    return (person[1] or person[0]).casefold()


def _label(person: tuple[str, str]) -> str:
    name, address = person
    return f"{name} <{address}>" if name and address else name or address or tr("(no sender)")


def _pieces(path: Path, step: Step) -> Iterator[_Piece]:
    """The messages of a file, one at a time."""
    told = stepping(step)
    with path.open("rb") as file:
        begin = 1
        while (line := file.readline(_HEAD)) in _BLANK:
            begin += 1
        if not line.removeprefix(codecs.BOM_UTF8).startswith(b"From "):
            yield _Piece(begin, _whole(path))
            return
        gathered: list[bytes] = []
        size, number, after_blank, at_start, here = 0, begin, False, True, file.tell()
        while line := file.readline(_PIECE):
            if at_start and line.startswith(b"From ") and _parts(line, file, after_blank=after_blank):
                yield _Piece(begin, _unquoted(gathered, size))
                gathered, size, begin = [], 0, number + 1
            elif size <= LARGEST:
                gathered.append(line)
                size += len(line)
            after_blank = at_start and line in _BLANK
            at_start = line.endswith(b"\n")
            number += at_start
            here += len(line)
            if not number & _OFTEN:
                told(here)
        yield _Piece(begin, _unquoted(gathered, size))
    step(path.stat().st_size)


def _parts(line: bytes, file: BinaryIO, *, after_blank: bool) -> bool:
    """Whether this line parts two messages: it says when, or next to nothing and a message begins below it."""
    here = file.tell()
    begins = mails.is_header(file.readline(_HEAD))
    file.seek(here)
    if _ENVELOPE.match(line):
        return after_blank or begins
    return after_blank and begins and _BARE.match(line) is not None


def _whole(path: Path) -> bytes:
    if path.stat().st_size > LARGEST:
        raise ImportProblem(
            tr("The message is larger than {n} million bytes.", n=LARGEST // 1_000_000), tr("Keep it as evidence."))
    return path.read_bytes()


def _unquoted(gathered: list[bytes], size: int) -> bytes | None:
    return None if size > LARGEST else _QUOTED.sub(rb"\1", b"".join(gathered))


def _rows(piece: _Piece, me: str) -> Iterator[Row]:
    if piece.data is None:
        yield Lost(piece.line, tr("The message is larger than {n} million bytes.", n=LARGEST // 1_000_000))
        return
    try:
        letter = _letter(piece.data)
    except mails.FAULTS as trouble:
        yield Lost(piece.line, tr("The message is damaged and cannot be read ({reason}).", reason=trouble))
        return
    yield from _draft(letter, piece.line, me)


def _letter(data: bytes) -> Letter:
    message = mails.read_message(data)
    at, from_server = mails.sent(message), False
    if at is None:
        at = mails.read_date(mails.header(message, "Received").rpartition(";")[2])
        from_server = at is not None
    recipients = mails.addresses(message, "To") + mails.addresses(message, "Cc")
    mailbox = mails.header(message, "Delivered-To") or mails.header(message, "X-Original-To")
    words = mails.words(message)
    return Letter(_first(message, "From"), recipients, mails.header(message, "Subject"), words, at, from_server,
                  _delivered(message), mailbox, tuple(mails.enclosures(message)),
                  mails.PGP in words or mails.is_encrypted(message))


def _problems(letter: Letter) -> Iterator[str]:
    """What a person should know of a message that is taken in all the same."""
    yield from letter.problems
    if letter.from_server:
        yield tr("The message has no date; the time is when a mail server took it in.")
    if letter.encrypted:
        yield tr("The message “{subject}” is encrypted: its text cannot be read here. It is kept as evidence; open it "
                 "in the mail program that has its key.", subject=letter.subject[:80])
    for one in letter.enclosures:
        if one.media_type in _TNEF or one.file_name.casefold() == "winmail.dat":
            yield tr("“{name}” is Outlook's own packing (TNEF): it is kept as it is, and the files in it were not "
                     "taken out.", name=one.file_name[:80])


def _draft(letter: Letter, line: int, me: str) -> Iterator[Row]:
    if letter.at is None:
        yield Lost(line, tr("The message “{subject}” has no date that can be read.", subject=letter.subject[:80]))
        return
    words = legible(f"{letter.subject}\n\n{letter.words.strip()}".strip().replace("\r\n", "\n"))
    if len(words) > LONGEST_WORDS:
        yield Lost(line, tr("It holds more than {n} characters of text.", n=f"{LONGEST_WORDS:,}"))
        return
    yield from (Remark(problem, line) for problem in _problems(letter))
    ours = bool(me) and _key(letter.sender) == me.casefold() and not letter.delivered
    name, address = next(iter(letter.recipients), ("", "")) if ours else letter.sender
    mailbox = letter.sender[1] if ours else letter.mailbox or next((one for _, one in letter.recipients), "")
    attached = tuple(Attachment(legible(one.file_name), one.media_type, one.data) for one in letter.enclosures)
    yield Draft(
        line=line, at=letter.at, channel=Channel.EMAIL, direction=Direction.OUT if ours else Direction.IN,
        source=SourceKind.DOCUMENT, number=legible(address), our_number=legible(mailbox), name=legible(name),
        words=words, attachments=attached)
