"""An Outlook item (.msg, [MS-OXMSG]): properties in a compound file, read with olefile; nothing in it is run.

Only the properties of a message are read, each no larger than is left of what a file may hold: a compound file may
name the same bytes a thousand times.
"""

from __future__ import annotations

import base64
import datetime as dt
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import TYPE_CHECKING

from casedesk.base import mails
from casedesk.base.encodings import decoded, decoded_as
from casedesk.base.errors import ImportProblem
from casedesk.base.i18n import tr
from casedesk.base.mails import Enclosure
from casedesk.base.markup import plain
from casedesk.imports import outlook_rtf

if TYPE_CHECKING:
    from olefile import OleFileIO

_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LARGEST = 100_000_000
_DEEPEST = 10
_PROPERTIES = "__properties_version1.0"
_ENTRY = struct.Struct("<HHI8s")
_UNICODE, _NARROW, _BINARY, _TIME, _NUMBER = 0x001F, 0x001E, 0x0102, 0x0040, 0x0003
_CLASS, _SUBJECT, _HEADERS, _BODY, _RTF, _HTML = 0x001A, 0x0037, 0x007D, 0x1000, 0x1009, 0x1013
_SUBMITTED, _DELIVERED = 0x0039, 0x0E06
_SENDER_NAME, _SENDER_ADDRESS, _SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
_BEHALF_NAME, _BEHALF_ADDRESS, _BEHALF_SMTP = 0x0042, 0x0065, 0x5D02
_NAME, _ADDRESS, _SMTP, _KIND = 0x3001, 0x3003, 0x39FE, 0x0C15
_DATA, _LONG_NAME, _SHORT_NAME, _TYPE = 0x3701, 0x3707, 0x3704, 0x370E
_CODE_PAGE, _BODY_CODE_PAGE = 0x3FFD, 0x3FDE
_PAGES = {936: "gb18030", 54936: "gb18030", 65001: "utf-8", 20936: "gb18030", 950: "big5", 20127: "ascii",
          28591: "latin-1", 932: "cp932", 949: "cp949"}
_FAULTS = (OSError, struct.error, *mails.FAULTS, OverflowError, MemoryError)


@dataclass(frozen=True)
class Item:
    """What the message says."""

    sender: tuple[str, str]
    recipients: list[tuple[str, str]]
    subject: str
    words: str
    at: dt.datetime | None
    delivered: bool
    mailbox: str
    enclosures: tuple[Enclosure, ...]
    encrypted: bool
    problems: tuple[str, ...]


def looks(path: Path, head: bytes) -> bool:
    """A compound file with a message's properties."""
    if not head.startswith(_MARK):
        return False
    if path.stat().st_size > _LARGEST:
        return _PROPERTIES.encode("utf-16-le") in head
    from olefile import OleFileIO

    try:
        with OleFileIO(str(path)) as file:
            return bool(file.exists(_PROPERTIES))
    except _FAULTS:
        return False


def read(path: Path) -> Item:
    """The message; ImportProblem when it is damaged or too large."""
    from olefile import OleFileIO

    if path.stat().st_size > _LARGEST:
        raise ImportProblem(
            tr("The message is larger than {n} million bytes.", n=_LARGEST // 1_000_000), tr("Keep it as evidence."))
    try:
        with OleFileIO(str(path)) as file:
            return _item(_Store(file, [], _Budget()), 0)
    except _FAULTS as trouble:
        raise ImportProblem(tr("The message is damaged and cannot be read ({reason}).", reason=trouble),
                            tr("Open it in Outlook and save it again.")) from trouble


class _Budget:
    """The bytes one file may still give."""

    def __init__(self) -> None:
        self.left = _LARGEST

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise ValueError("larger inside than out")


class _Store:
    """One storage of the file: the message, a recipient, an attachment or a message attached."""

    def __init__(self, file: OleFileIO[str], place: list[str], budget: _Budget) -> None:
        self.file, self.place, self.budget = file, place, budget
        self.fixed = dict(self._fixed())
        self.page = _page(self.number(_CODE_PAGE))

    def inner(self, name: str) -> _Store:
        return _Store(self.file, [*self.place, name], self.budget)

    def names(self, start: str) -> list[str]:
        """The storages below, by how their names start, in order."""
        here = len(self.place)
        below = (entry[here] for entry in self.file.listdir(streams=False, storages=True)
                 if len(entry) == here + 1 and entry[:here] == self.place)
        return sorted(name for name in below if name.startswith(start))

    def stream(self, name: str) -> bytes | None:
        where = [*self.place, name]
        if not self.file.exists(where) or self.file.get_type(where) != 2:
            return None
        self.budget.spend(self.file.get_size(where))
        with self.file.openstream(where) as stream:
            return bytes(stream.read())

    def _fixed(self) -> Iterator[tuple[tuple[int, int], bytes]]:
        """Numbers and times by tag and type; the length of what stands before them depends on the storage."""
        data = self.stream(_PROPERTIES) or b""
        skip = 8 if self.place and self.place[-1].startswith(("__attach", "__recip")) else 24 if self.place else 32
        for at in range(skip, len(data) - 15, 16):
            kind, tag, _, value = _ENTRY.unpack_from(data, at)
            yield (tag, kind), value

    def number(self, tag: int) -> int:
        return int.from_bytes(self.fixed.get((tag, _NUMBER), b"")[:4], "little", signed=True)

    def time(self, tag: int) -> dt.datetime | None:
        ticks = int.from_bytes(self.fixed.get((tag, _TIME), b""), "little")
        if not ticks:
            return None
        return dt.datetime(1601, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=ticks // 10_000)

    def text(self, *tags: int) -> str:
        """The first of these properties that says something."""
        return next((found for found in map(self._text, tags) if found), "")

    def _text(self, tag: int) -> str:
        wide = self.stream(f"__substg1.0_{tag:04X}{_UNICODE:04X}")
        if wide is not None:
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        narrow = self.stream(f"__substg1.0_{tag:04X}{_NARROW:04X}")
        return "" if narrow is None else decoded_as(narrow, self.page).rstrip("\0")

    def data(self, tag: int) -> bytes | None:
        return self.stream(f"__substg1.0_{tag:04X}{_BINARY:04X}")


def _page(number: int) -> str:
    return _PAGES.get(number, f"cp{number}" if number else "utf-8")


def _item(store: _Store, depth: int) -> Item:
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    headers = mails.read_headers(store.text(_HEADERS))
    enclosures: list[Enclosure] = []
    problems: list[str] = []
    for number, name in enumerate(store.names("__attach_version1.0_#"), 1):
        found = _enclosure(store.inner(name), number, depth)
        if isinstance(found, str):
            problems.append(found)
        else:
            enclosures.append(found)
    at = store.time(_SUBMITTED) or mails.sent(headers) or store.time(_DELIVERED)
    words, encrypted = _words(store, problems), False
    sealed = _sealed(store.text(_CLASS), enclosures)
    if sealed is not None:
        words, encrypted = mails.words(sealed) or words, mails.is_encrypted(sealed)
        enclosures += [one for one in mails.enclosures(sealed) if one.data != enclosures[0].data]
    return Item(
        _sender(store, headers), _recipients(store), store.text(_SUBJECT), words, at,
        bool(mails.header(headers, "Received")), mails.header(headers, "Delivered-To"), tuple(enclosures),
        encrypted or mails.PGP in words, tuple(problems))


def _sealed(kind: str, enclosures: list[Enclosure]) -> Message | None:
    """The signed or encrypted message that Outlook keeps as the only attachment; None when it is no such item."""
    if not kind.upper().startswith("IPM.NOTE.SMIME") or len(enclosures) != 1:
        return None
    data = enclosures[0].data
    if mails.is_mail(data[:4096]) or b"multipart/signed" in data[:4096]:
        return mails.read_message(data)
    return mails.read_message(b"Content-Type: application/pkcs7-mime; name=smime.p7m\r\n"
                              b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(data))


def _sender(store: _Store, headers: Message) -> tuple[str, str]:
    """On whose behalf it was sent is who speaks; an Exchange address is no address people know."""
    written = mails.addresses(headers, "From")
    if written:
        return written[0]
    address = next((one for one in (store.text(tag) for tag in (
        _SENDER_SMTP, _BEHALF_SMTP, _SENDER_ADDRESS, _BEHALF_ADDRESS)) if "@" in one), "")
    return store.text(_SENDER_NAME, _BEHALF_NAME), address


def _recipients(store: _Store) -> list[tuple[str, str]]:
    """To and Cc before Bcc, each in its order."""
    found = [store.inner(name) for name in store.names("__recip_version1.0_#")]
    found.sort(key=lambda one: one.number(_KIND))
    return [(one.text(_NAME), one.text(_SMTP, _ADDRESS)) for one in found]


def _words(store: _Store, problems: list[str]) -> str:
    """What it says: its plain text, its page, or what it keeps as RTF alone."""
    words = store.text(_BODY)
    if words:
        return words
    page = store.data(_HTML)
    if page is not None:
        number = store.number(_BODY_CODE_PAGE)
        return plain(decoded_as(page, _page(number)) if number else decoded(page)[0])
    packed = store.data(_RTF)
    if packed is None:
        return plain(store.text(_HTML))
    try:
        return outlook_rtf.words(packed)
    except (ValueError, LookupError, struct.error):
        problems.append(tr("The text is kept in Outlook's own form only and was not read; open the message itself."))
        return ""


def _enclosure(store: _Store, number: int, depth: int) -> Enclosure | str:
    """The attached file; what cannot be had of it is said."""
    name = store.text(_LONG_NAME, _SHORT_NAME, _NAME) or f"{number}.bin"
    data = store.data(_DATA)
    if data is not None:
        return Enclosure(name, store.text(_TYPE) or "application/octet-stream", data)
    if store.names(f"__substg1.0_{_DATA:04X}000D"):
        inner = store.inner(f"__substg1.0_{_DATA:04X}000D")
        return Enclosure(f"{name.removesuffix('.msg')}.eml", mails.EMAIL, _as_message(_item(inner, depth + 1)))
    return tr("The attachment {name} is only linked, it is not in the file.", name=name)


def _as_message(item: Item) -> bytes:
    """A message within an item, as a file of its own."""
    from email.message import EmailMessage
    from email.utils import format_datetime

    made = EmailMessage()
    for label, value in (("From", _written(item.sender)), ("To", ", ".join(map(_written, item.recipients))),
                         ("Subject", item.subject), ("Date", format_datetime(item.at) if item.at else "")):
        if value:
            made[label] = " ".join(value.replace("\0", "").split())
    made.set_content(item.words)
    for one in item.enclosures:
        main, _, sub = one.media_type.partition("/")
        made.add_attachment(one.data, maintype=main if sub and main != "message" else "application",
                            subtype=sub if sub and main != "message" else "octet-stream", filename=one.file_name)
    return bytes(made)


def _written(person: tuple[str, str]) -> str:
    from email.utils import formataddr

    return formataddr(person) if person[1] else person[0]
