"""E-mail read: headers however damaged, the words, and what was attached; nothing is fetched, nothing is run.

Headers are kept as text: mail of Chinese systems bears bytes of GB18030 where the standard wants ASCII, and the
library's newer header objects fail on damaged ones and are slow.
"""

from __future__ import annotations

import binascii
import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email._policybase import Compat32
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from casedesk.base.encodings import decoded, decoded_as, widest
from casedesk.base.i18n import N_
from casedesk.base.markup import plain

EMAIL = "message/rfc822"
FAULTS = (MessageError, ValueError, LookupError, AttributeError, TypeError, RecursionError, binascii.Error)
"""What the standard library raises for messages that are none."""
SHOWN = (
    ("From", N_("Sent by")), ("To", N_("Sent to")), ("Cc", N_("Copied to")), ("Date", N_("Sent on")),
    ("Subject", N_("Subject line")), ("Reply-To", N_("Replies go to")), ("Message-ID", N_("Message ID")))
_HEADER = re.compile(
    rb"^(?:From|To|Cc|Subject|Date|Message-ID|MIME-Version|Received|Return-Path|Delivered-To|Content-Type|Reply-To"
    rb"|Sender|X-[\w-]+|DKIM-Signature|ARC-[\w-]+|Authentication-Results|Content-Transfer-Encoding|References"
    rb"|In-Reply-To|Bcc|Importance|Thread-[\w-]+|List-[\w-]+)[ \t]*:", re.IGNORECASE)
_ADDRESSING = re.compile(
    rb"^(?:From|To|Received|Message-ID|Return-Path|Delivered-To)[ \t]*:", re.IGNORECASE | re.MULTILINE)
_RAW = re.compile("[\udc80-\udcff]")
_ISO = re.compile(r"[0-9]{4}-")
_BARE = re.compile(r"[^\s<>,;:\"]+@[^\s<>,;:\"]+")
_SIMPLE = re.compile(r"(?:([\w-]+(?: [\w-]+)*) )?<([\w.+-]+@[\w.-]+)>|([\w.+-]+@[\w.-]+)")
"""What need not be taken apart sign by sign."""
_SEALED = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_SIGNED = bytes.fromhex("2a864886f70d010702")
"""What a message that is signed as a whole begins with, unlike an encrypted one."""
PGP = "-----BEGIN PGP MESSAGE-----"
"""Begins what OpenPGP has encrypted within a text."""
_DEEPEST, _MOST_PARTS, _LONGEST_HEADER = 50, 2_000, 100_000


@dataclass(frozen=True)
class Enclosure:
    """A file within a message; a message within it is one file, named .eml."""

    file_name: str
    media_type: str
    data: bytes


def is_mail(start: bytes) -> bool:
    """Whether a file that starts like this is a message: two known headers, and somebody it is from or to."""
    lines = [line for line in io.BytesIO(start[:4096]).readlines()[:12] if line[:1] not in b" \t"]
    if lines and lines[0].startswith(b"From "):
        lines = lines[1:]
    known = [bool(_HEADER.match(line)) for line in lines]
    return len(known) > 1 and all(known[:2]) and bool(_ADDRESSING.search(start))


def is_header(line: bytes) -> bool:
    """Whether a line is one of the headers known here."""
    return _HEADER.match(line) is not None


class _AnyBytes(Compat32):
    """Headers as text, wrong bytes read in the encoding that fits."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        text = value[:_LONGEST_HEADER]
        if _RAW.search(text):
            text = decoded(text.encode("utf-8", "surrogateescape"))[0]
        return " ".join(text.replace("\0", "").split())


class _Part(Message):
    """A message or a part of one, whose headers are not changed; the same is asked of it again and again."""

    def get(self, name: str, failobj: Any = None) -> Any:
        kept = self.__dict__.setdefault("kept", {})
        if name not in kept:
            kept[name] = super().get(name)
        return failobj if kept[name] is None else kept[name]

    def get_param(self, param: str, failobj: Any = None, header: str = "content-type", unquote: bool = True) -> Any:
        return super().get_param(param, failobj, header, unquote) if ";" in (self.get(header) or "") else failobj

    def get_content_type(self) -> str:
        found = self.__dict__.get("kind")
        if found is None:
            found = self.__dict__["kind"] = super().get_content_type()
        return str(found)

    def get_filename(self, failobj: Any = None) -> Any:
        if "name" not in self.__dict__:
            self.__dict__["name"] = super().get_filename()
        return failobj if self.__dict__["name"] is None else self.__dict__["name"]


_POLICY = _AnyBytes(message_factory=_Part)


def read_headers(text: str) -> Message:
    """A message of which only the headers are known."""
    return message_from_string(text.lstrip(), policy=_POLICY)


def read_message(data: bytes) -> Message:
    """The message in a file of RFC 5322; ValueError when it is nested deeper than any person's mail."""
    message = message_from_bytes(data.lstrip(b"\r\n\xef\xbb\xbf"), policy=_POLICY)
    for count, (_, depth) in enumerate(_nested(message), 1):
        if depth > _DEEPEST or count > _MOST_PARTS:
            raise ValueError("nested too deeply")
    return message


def _nested(message: Message) -> Iterator[tuple[Message, int]]:
    """Every part with its depth, without recursion."""
    waiting = [(message, 0)]
    while waiting:
        part, depth = waiting.pop()
        yield part, depth
        inner = part.get_payload()
        if isinstance(inner, list):
            waiting.extend((one, depth + 1) for one in inner if isinstance(one, Message))


def header(message: Message, name: str) -> str:
    """One header as a person reads it, on one line; empty when it is missing."""
    return _spoken(_raw(message, name))


def shown_headers(message: Message) -> tuple[tuple[str, str], ...]:
    """The headers worth showing: English label, value."""
    found = ((label, header(message, name)) for name, label in SHOWN)
    return tuple((label, value) for label, value in found if value)


def addresses(message: Message, name: str) -> list[tuple[str, str]]:
    """Display name and address of everyone in a header."""
    return list(_people(_raw(message, name)))


@lru_cache(4096)
def _people(raw: str) -> tuple[tuple[str, str], ...]:
    if simple := _SIMPLE.fullmatch(raw):
        return ((simple[1] or "", simple[2] or simple[3]),)
    found = [(_spoken(shown), _spoken(address)) for shown, address in getaddresses([raw]) if "@" in address]
    if found or not raw:
        return tuple(found)
    bare = _BARE.search(raw)  # a name with a comma that should stand in quotation marks
    return ((_spoken(raw[:bare.start()]).strip(" <\""), bare[0]) if bare else (_spoken(raw), ""),)


def sent(message: Message) -> dt.datetime | None:
    """When it says it was sent; naive when it names no zone (`-0000`)."""
    return read_date(_raw(message, "Date"))


def read_date(text: str) -> dt.datetime | None:
    """A date of RFC 5322 or as ISO writes it, or None; without a zone where it names none."""
    text = text[:200].strip()
    try:
        moment = dt.datetime.fromisoformat(text) if _ISO.match(text) else parsedate_to_datetime(text)
        moment.astimezone(dt.UTC)
    except (*FAULTS, OverflowError, OSError):
        return None
    return moment


def _raw(message: Message, name: str) -> str:
    """The first header of that name, unfolded."""
    return str(message.get(name) or "")


def _spoken(raw: str) -> str:
    """Encoded words read."""
    if "=?" not in raw:
        return raw
    try:
        parts = decode_header(raw)
    except FAULTS:
        return raw
    words = [(part.encode("utf-8", "surrogateescape"), "utf-8") if isinstance(part, str) else
             (part, widest(charset or "ascii")) for part, charset in parts]
    told = (decoded_as(b"".join(part for part, _ in same), charset)  # a sign may be parted between two of them
            for charset, same in groupby(words, itemgetter(1)))
    return " ".join("".join(told).split())


def words(message: Message) -> str:
    """What the message says: all its texts, of several wordings of one the plain one; HTML reduced to its words."""
    return "\n\n".join(text for text in _texts(message) if text.strip())


def is_encrypted(message: Message) -> bool:
    """Whether it, or a part of it, needs a key to be read (S/MIME, OpenPGP); `PGP` begins what is within a text."""
    return any(
        part.get_content_type() == "application/pgp-encrypted"
        or (part.get_content_type() in _SEALED and _SIGNED not in _bytes(part)[:64]) for part in _files(message))


def _signed(part: Message) -> Message | None:
    """What a signature encloses whole; None when the part is no such signature."""
    if part.get_content_type() not in _SEALED or _SIGNED not in (data := _bytes(part))[:64]:
        return None
    from asn1crypto.cms import ContentInfo

    try:
        return read_message(ContentInfo.load(data)["content"]["encap_content_info"]["content"].native)
    except FAULTS:
        return None


def _texts(part: Message) -> Iterator[str]:
    if not part.is_multipart():
        inside = _signed(part)
        if inside is not None:
            yield from _texts(inside)
        elif _is_words(part):
            yield _text(part)
        return
    if part.get_content_type() == EMAIL:
        return
    inner = [one for one in part.get_payload() if isinstance(one, Message)]
    if part.get_content_subtype() != "alternative":
        for one in inner:
            yield from _texts(one)
        return
    inner.sort(key=lambda one: one.get_content_type() != "text/plain")
    for one in inner:
        found = [text for text in _texts(one) if text.strip()]
        if found:
            yield from found
            return


def _text(part: Message) -> str:
    text = decoded_as(_bytes(part), part.get_content_charset() or "utf-8")
    return plain(text) if part.get_content_subtype() == "html" else text


def enclosures(message: Message) -> Iterator[Enclosure]:
    """Every part that is a file, pictures within the text too."""
    for number, part in enumerate((part for part in _files(message) if not _is_words(part)), 1):
        ending = "eml" if part.get_content_type() == EMAIL else part.get_content_subtype()
        yield Enclosure(_name(part) or f"{number}.{ending}", part.get_content_type(), _bytes(part))


def _name(part: Message) -> str:
    return " ".join(_spoken(part.get_filename() or "").replace("\0", "").split())


def _is_words(part: Message) -> bool:
    """Part of what is said rather than a file? So is what claims to have parts and has none."""
    is_text = part.get_content_type() in ("text/plain", "text/html") or part.get_content_maintype() == "multipart"
    return is_text and not part.get_filename() and part.get_content_disposition() != "attachment"


def _files(message: Message) -> Iterator[Message]:
    """The leaves of the message; a message within it is a leaf."""
    if message.get_content_type() == EMAIL or not message.is_multipart():
        yield message
        inside = _signed(message)
        if inside is not None:
            yield from _files(inside)
        return
    for part in message.get_payload():
        if isinstance(part, Message):
            yield from _files(part)


def _bytes(part: Message) -> bytes:
    if part.get_content_type() == EMAIL:
        inner = part.get_payload()
        return bytes(inner[0]) if isinstance(inner, list) and inner and isinstance(inner[0], Message) else b""
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""
