"""SMS Backup & Restore (Android): its XML of messages or of calls.

Read as a stream, whatever its size. Before the parser sees it, the text is mended where the app writes what XML does
not allow (emoji as two surrogate references), and values longer than any picture of a message are cut short.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NoReturn
from xml.parsers import expat

from casedesk.base import times
from casedesk.base.errors import ImportProblem
from casedesk.base.i18n import N_, tr, trn
from casedesk.imports.draft import Attachment, Draft, Lost, Options, Remark, Row, Skipped
from casedesk.records.words import Channel, Direction

_PIECE = 1 << 20
_MOST_VALUE = 34 << 20
"""Characters of one value; a picture of 25 MB as base64."""
_MOST_ATTACHED = 48 << 20
"""Bytes of all pictures of one message."""
_MOST_TEXT = 1_000_000
_MOST_DEPTH = 32
_CUT = "\uf8ffcut\uf8ff"
_ROOT = re.compile(rb"<(?:smses|calls)[\s>/]")
_CALLS: dict[str, tuple[Direction, bool | None]] = {
    "1": (Direction.IN, True), "2": (Direction.OUT, None), "3": (Direction.IN, False), "4": (Direction.IN, False),
    "5": (Direction.IN, False), "6": (Direction.IN, False), "7": (Direction.IN, True)}
"""Incoming, outgoing, missed, voicemail, rejected, blocked, answered on another device."""
_BOXES = {"1": Direction.IN, "2": Direction.OUT}
_UNSENT = {"3": N_("a draft"), "4": N_("not sent: still in the outbox"), "5": N_("not sent: it failed"),
           "6": N_("not sent: still queued")}
_HIDDEN = {"", "-1", "-2", "-3", "insert-address-token"}
_FROM = "137"

Attributes = dict[str, str]


class SmsBackup:
    """The format of the app SMS Backup & Restore."""

    id = "sms-backup"
    title = N_("SMS Backup & Restore (Android)")
    asks: tuple[str, ...] = ()

    def looks(self, path: Path, head: bytes) -> bool:
        """An XML whose root is smses or calls."""
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            head = head[:len(head) // 2 * 2].decode("utf-16", "replace").encode()
        start = head.removeprefix(codecs.BOM_UTF8).lstrip()
        return start.startswith(b"<") and _ROOT.search(start) is not None

    def read(self, path: Path, options: Options) -> Iterator[Row]:
        """Messages and calls in the order of the file; what was whole before a break is given."""
        if path.stat().st_size == 0:
            raise ImportProblem(tr("“{file}” is empty (0 bytes).", file=path.name),
                                tr("Ask for the file again; the copy or the backup went wrong."))
        with path.open("rb") as file:
            yield from _Reading(path).rows(file, options)


@dataclass
class _Message:
    """An MMS on the way: its parts follow it."""

    line: int
    given: Attributes
    words: list[str] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    size: int = 0
    sender: str = ""


class _Reading:
    """One file being read; rows gather in `ready`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ready: list[Row] = []
        self.declared: str | None = None
        self.count = 0
        self.depth = 0
        self.message: _Message | None = None
        self.without_data = 0
        self.mended = Mended()
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def rows(self, file: BinaryIO, options: Options) -> Iterator[Row]:
        """All rows, then what is to be said of the file."""
        try:
            for text in self.mended.texts(file):
                self.parser.Parse(text, False)
                yield from self._taken()
                options.step(file.tell())
            self.parser.Parse("", True)
        except expat.ExpatError as problem:
            yield from self._taken()
            yield from self._broken(problem)
        yield from self._taken()
        yield from self._told()

    def _taken(self) -> list[Row]:
        taken, self.ready = self.ready, []
        return taken

    def _broken(self, problem: expat.ExpatError) -> Iterator[Row]:
        if self.message is not None:
            self.count += 1
            yield Lost(self.message.line, tr("The file breaks off within this message."))
        elif problem.code in _ENDED and self.mended.open_row():
            self.count += 1
            yield Lost(problem.lineno, tr("The file breaks off within this row."))
        if problem.code in _ENDED:
            yield Remark(tr("The file is not whole: it ends in line {line}.", line=problem.lineno), problem.lineno)
        else:
            yield Remark(tr("The file is damaged in line {line}; what comes after could not be read.",
                            line=problem.lineno), problem.lineno)

    def _told(self) -> Iterator[Row]:
        if self.declared is not None and self.declared != str(self.count):
            yield Remark(tr("The file says it holds {declared} entries; it holds {count}.",
                            declared=_short(self.declared), count=self.count))
        if self.mended.count:
            yield Remark(trn(
                "{n} sign was written in a way XML does not allow and was mended, in line {line}.",
                "{n} signs were written in a way XML does not allow and were mended, the first in line {line}.",
                self.mended.count, line=self.mended.first), self.mended.first)
        if self.mended.unreadable:
            yield Remark(tr("Some signs are in no known encoding; they are shown as �."))
        if self.without_data:
            yield Remark(tr("{count} pictures or sounds of messages are not in the file.", count=self.without_data),
                         is_problem=False)

    def _refuse(self, *_: object) -> NoReturn:
        raise ImportProblem(
            tr("“{file}” defines entities of its own (a DTD), which no export of a phone does; it was not read.",
               file=self.path.name), tr("Keep it as evidence instead."))

    def _start(self, name: str, given: Attributes) -> None:
        self.depth += 1
        if self.depth > _MOST_DEPTH:
            self._refuse()
        if name in {"smses", "calls"} and self.declared is None:
            self.declared = given.get("count")
        elif name in {"sms", "call", "mms"}:
            self._finish()  # a row within a message: only a stranger writes that
            line = self.parser.CurrentLineNumber
            if name == "mms":
                self.message = _Message(line, given)
            else:
                self.count += 1
                self.ready.append(_checked(line, given) or (_sms if name == "sms" else _call)(line, given))
        elif self.message is not None and name == "part":
            self._part(self.message, given)
        elif self.message is not None and name == "addr" and given.get("type") == _FROM:
            self.message.sender = _text(given.get("address"))

    def _end(self, name: str) -> None:
        self.depth -= 1
        if name == "mms":
            self._finish()

    def _finish(self) -> None:
        if self.message is not None:
            self.count += 1
            self.ready.append(_checked(self.message.line, self.message.given) or _mms(self.message))
            self.message = None

    def _part(self, message: _Message, given: Attributes) -> None:
        kind, data = given.get("ct", "").lower(), given.get("data")
        text = _text(given.get("text"))
        if kind == "application/smil":
            return
        if kind == "text/plain" and text:
            message.words.append(text[:_MOST_TEXT])
        elif data is None or data == "null":
            self.without_data += kind != "text/plain"
        else:
            self._attach(message, given, kind, data)

    def _attach(self, message: _Message, given: Attributes, kind: str, data: str) -> None:
        line = self.parser.CurrentLineNumber
        name = next((found for key in ("cl", "fn", "name") if (found := _text(given.get(key)))), "")
        name = file_name(name, kind, len(message.files) + 1)
        if data.rstrip().endswith(_CUT) or message.size + len(data) * 3 // 4 > _MOST_ATTACHED:
            self.ready.append(Remark(tr("“{name}” in line {line} is too large and was not taken along.", name=name,
                                        line=line), line))
            return
        try:
            content = base64.b64decode("".join(data.split()), validate=True)
        except (binascii.Error, ValueError):
            self.ready.append(Remark(tr("“{name}” in line {line} is damaged and was not taken along.", name=name,
                                        line=line), line))
            return
        message.size += len(content)
        message.files.append(Attachment(name, kind or "application/octet-stream", content))


_ENDED = {expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS],
          expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
          expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR],
          expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION]}


def _checked(line: int, given: Attributes) -> Lost | None:
    """Why a row cannot be an incident, whatever its kind."""
    for name, value in given.items():
        if name not in {"data"} and len(value) > _MOST_TEXT:
            return Lost(line, tr("“{field}” holds more than {n} characters.", field=name, n=f"{_MOST_TEXT:,}"))
    if _moment(given.get("date", "")) is None:
        return Lost(line, tr("“{text}” is not a time of this export.", text=_short(given.get("date", ""))))
    return None


def _moment(millis: str) -> dt.datetime | None:
    if not re.fullmatch("-?[0-9]{1,14}", millis):
        return None
    found = times.EPOCH + dt.timedelta(milliseconds=int(millis))
    return found if found.year >= 1980 else None


def _call(line: int, given: Attributes) -> Row:
    known = _CALLS.get(given.get("type", ""))
    if known is None:
        return Lost(line, tr("Calls of type “{type}” are not known here.", type=_short(given.get("type", ""))))
    direction, answered = known
    seconds = given.get("duration", "")
    length = int(seconds) if re.fullmatch("[0-9]{1,7}", seconds) else None
    if direction is Direction.OUT and length is not None:
        answered = length > 0
    return _draft(line, given, Channel.CALL, direction, given.get("number"), answered=answered, duration=length)


def _sms(line: int, given: Attributes) -> Row:
    return _message(line, given, given.get("type", ""), given.get("address"), _text(given.get("body")))


def _mms(message: _Message) -> Row:
    given = message.given
    number, box = _text(given.get("address")), given.get("msg_box", "")
    if "~" in number:  # a group
        number = number.replace("~", ", ")
        number = message.sender if box == "1" and message.sender not in _HIDDEN else number
    return _message(message.line, given, box, number or message.sender, "\n".join(message.words),
                    files=tuple(message.files))


def _message(line: int, given: Attributes, box: str, number: str | None, body: str, *,
             files: tuple[Attachment, ...] = ()) -> Row:
    if box in _UNSENT:
        return Skipped(line, tr(_UNSENT[box]))
    if box not in _BOXES:
        return Lost(line, tr("Messages of type “{type}” are not known here.", type=_short(box)))
    subject = _text(given.get("subject") or given.get("sub"))
    words = f"{subject}\n{body}" if subject and body and subject != body else body or subject
    return _draft(line, given, Channel.SMS, _BOXES[box], number, words=words, attachments=files)


def _draft(line: int, given: Attributes, channel: Channel, direction: Direction, number: str | None, *,
           answered: bool | None = None, duration: int | None = None, words: str = "",
           attachments: tuple[Attachment, ...] = ()) -> Draft:
    at, shown, name = _moment(given["date"]), _text(number), _text(given.get("contact_name"))
    assert at is not None
    return Draft(line=line, at=at, channel=channel, direction=direction, number="" if shown in _HIDDEN else shown,
                 name="" if name.casefold() in {"(unknown)", shown} else name, answered=answered, duration=duration,
                 words=words, attachments=attachments)


def _text(value: str | None) -> str:
    """A value of the file; it writes “null” where there is none."""
    return "" if value is None or value == "null" else value


def _short(text: str) -> str:
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text[:40])


_ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "audio/amr": ".amr", "video/mp4": ".mp4",
            "video/3gpp": ".3gp", "text/x-vcard": ".vcf", "image/heic": ".heic", "audio/mpeg": ".mp3"}


def file_name(given: str, media_type: str, number: int) -> str:
    """A safe name for an attached file: the last part of the one given, else one by its kind."""
    name = "".join(sign for sign in re.split(r"[\\/]", given)[-1] if sign.isprintable())[:120].strip(". ")
    ending = _ENDINGS.get(media_type, "")
    if not name:
        return f"part-{number}{ending or '.bin'}"
    return name if "." in name or not ending else name + ending


_REFERENCE = re.compile(r"&#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,10}));")
_PAIR = re.compile(r"&#(?:x([Dd][89ABab][0-9A-Fa-f]{2})|(5[56][0-9]{3}));"
                   r"&#(?:x([Dd][C-Fc-f][0-9A-Fa-f]{2})|(5[67][0-9]{3}));")
_TAIL = re.compile(r"(?:&#(?:55[2-9][0-9]{2}|56[0-2][0-9]{2}|563[01][0-9]|[Xx][Dd][89ABab][0-9A-Fa-f]{2});)?"
                   r"(?:&#?\w{0,10})?\Z")
"""What may go on in the next piece: the first of a pair, a reference without its end."""
_SUSPECT = re.compile(r"&#(?:x|[0-9]{1,2};|5[5-7][0-9]{3};|[0-9]{6,})")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_QUOTE = re.compile("[\"']")
_ROW = re.compile(r"<(?:sms|call|mms)\s[^>]*\Z")


class Mended:
    """The text of a file as XML allows it, piece by piece with the lines as they were; counts what was mended."""

    def __init__(self) -> None:
        self.count = self.first = 0
        self.unreadable = False
        self._line = 1
        self._run = 0
        self._cutting = False
        self._tail = ""

    def open_row(self) -> bool:
        """Whether the last piece ends within the tag of a row."""
        return _ROW.search(self._tail) is not None

    def texts(self, file: BinaryIO) -> Iterator[str]:
        """The pieces; a reference is never parted between two."""
        head = file.read(4)
        file.seek(0)
        encoding = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
        decoder, kept = codecs.getincrementaldecoder(encoding)("replace"), ""
        while True:
            piece = file.read(_PIECE)
            decoded = decoder.decode(piece, final=not piece)
            self.unreadable |= decoded.count("\ufffd") > piece.count("\ufffd".encode())
            text, kept = kept + decoded, ""
            if piece:
                held = _TAIL.search(text, max(0, len(text) - 40))
                if held is not None:
                    text, kept = text[:held.start()], text[held.start():]
            if text:
                yield self._shortened(self._mend(text))
            if not piece:
                return

    def _mend(self, text: str) -> str:
        mended = text
        if _SUSPECT.search(mended):
            mended = _REFERENCE.sub(self._one, _PAIR.sub(self._both, mended))
        if _CONTROLS.search(mended):
            mended = _CONTROLS.sub(self._control, mended)
        self._line += text.count("\n")
        return mended

    def _note(self, found: re.Match[str]) -> None:
        self.count += 1
        self.first = self.first or self._line + found.string.count("\n", 0, found.start())

    def _both(self, found: re.Match[str]) -> str:
        high, low = (int(found[hexed], 16) if found[hexed] else int(found[plain]) for hexed, plain in ((1, 2), (3, 4)))
        if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
            return found[0]
        self._note(found)
        return chr(0x10000 + (high - 0xD800) * 0x400 + low - 0xDC00)

    def _one(self, found: re.Match[str]) -> str:
        code = int(found[1], 16) if found[1] else int(found[2])
        if code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000:
            return found[0]
        self._note(found)
        return "\ufffd"

    def _control(self, found: re.Match[str]) -> str:
        self._note(found)
        return "\ufffd"

    def _shortened(self, text: str) -> str:
        """The text without what goes beyond the longest value; the lines stay."""
        if self._cutting:
            end = _QUOTE.search(text)
            if end is None:
                return "\n" * text.count("\n")
            text, self._cutting = "\n" * text.count("\n", 0, end.start()) + text[end.start():], False
        last = max(text.rfind('"'), text.rfind("'"))
        self._run = self._run + len(text) if last < 0 else len(text) - last - 1
        if self._run > _MOST_VALUE:
            self._cutting, self._run, text = True, 0, text + _CUT
        self._tail = text[-65536:]
        return text
