"""What an exhibit is: told by its bytes, never by the end of its name."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from casedesk.base.mails import EMAIL as EMAIL, is_mail  # noqa: PLC0414 - one of the kinds, known as such

HEAD, TAIL = 8192, 2048
UNKNOWN, EMPTY, ZIP, OLE = "application/octet-stream", "application/x-empty", "application/zip", "application/x-ole"
PDF, TEXT, HTML = "application/pdf", "text/plain", "text/html"
PICTURES = frozenset({
    "image/jpeg", "image/png", "image/gif", "image/bmp", "image/tiff", "image/webp", "image/heic", "image/avif"})
_WORD, _SHEET, _SLIDES = "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"
_OPEN_XML, _OPEN_DOCUMENT = "application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument."
OFFICE_ENCRYPTED = "application/x-ole-encrypted"
OFFICE = {
    _OPEN_XML + "wordprocessingml.document": "docx", _OPEN_XML + "spreadsheetml.sheet": "xlsx",
    _OPEN_XML + "presentationml.presentation": "pptx", _OPEN_DOCUMENT + "text": "odt",
    _OPEN_DOCUMENT + "spreadsheet": "ods", _OPEN_DOCUMENT + "presentation": "odp",
    _WORD: "doc", _SHEET: "xls", _SLIDES: "ppt", "application/rtf": "rtf",
}
"""Office documents and what LibreOffice wants their names to end in."""

_PARTS = {
    "word/document.xml": _OPEN_XML + "wordprocessingml.document", "xl/workbook.xml": _OPEN_XML + "spreadsheetml.sheet",
    "xl/workbook.bin": _OPEN_XML + "spreadsheetml.sheet",
    "ppt/presentation.xml": _OPEN_XML + "presentationml.presentation",
}
_STREAMS = {
    "EncryptedPackage": OFFICE_ENCRYPTED, "WordDocument": _WORD, "Workbook": _SHEET, "PowerPoint Document": _SLIDES,
    "__properties_version1.0": "application/vnd.ms-outlook",
}
_BRANDS = {
    b"heic": "image/heic", b"heix": "image/heic", b"heim": "image/heic", b"heis": "image/heic", b"hevc": "image/heic",
    b"hevx": "image/heic", b"mif1": "image/heic", b"msf1": "image/heic", b"avif": "image/avif", b"avis": "image/avif",
    b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"qt  ": "video/quicktime",
}
_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"), (b"II*\0", "image/tiff"), (b"MM\0*", "image/tiff"), (b"II+\0", "image/tiff"),
    (b"MM\0+", "image/tiff"), (b"#!AMR", "audio/amr"), (b"#!SILK", "audio/silk"), (b"\x02#!SILK", "audio/silk"),
    (b"{\\rtf", "application/rtf"),
)
_BITMAP_HEADERS = {12, 40, 52, 56, 64, 108, 124}


@dataclass(frozen=True, kw_only=True)
class ExhibitFile:
    """One piece of evidence to be shown. `open` gives a seekable stream and may be called from any thread."""

    key: str
    title: str
    file_name: str
    size: int
    sha256: str
    open: Callable[[], BinaryIO]
    media_type: str = ""
    """What the cabinet says; what is in the file decides."""
    password: str | None = None
    duration_s: int | None = None
    transcript: str = ""
    notes: tuple[tuple[str, str], ...] = ()
    """Further lines of a slip sheet: label and value."""


def detect(stream: BinaryIO, file_name: str = "") -> str:
    """The media type by content; the name decides only between text and a message, where bytes cannot tell."""
    stream.seek(0)
    head = stream.read(HEAD)
    if not head:
        return EMPTY
    if head.startswith(b"%PDF-"):
        return PDF
    for known in (_marked, _bitmap, _branded, _riff, _guessed):
        if found := known(head):
            return found
    if _is_pdf(stream, head):
        return PDF
    return _container(stream, head) or _text(stream, head, file_name) or UNKNOWN


def is_sound_or_video(media_type: str) -> bool:
    return media_type.startswith(("audio/", "video/"))


def _marked(head: bytes) -> str:
    return next((kind for mark, kind in _MARKS if head.startswith(mark)), "")


def _bitmap(head: bytes) -> str:
    plausible = len(head) > 26 and int.from_bytes(head[14:18], "little") in _BITMAP_HEADERS
    return "image/bmp" if head[:2] == b"BM" and plausible else ""


def _branded(head: bytes) -> str:
    if head[4:8] != b"ftyp":
        return ""
    brand = head[8:12]
    if brand.startswith(b"3g"):
        return "video/3gpp"
    return _BRANDS.get(brand, "video/mp4")


def _riff(head: bytes) -> str:
    if head[:4] != b"RIFF":
        return ""
    return {b"WEBP": "image/webp", b"WAVE": "audio/x-wav", b"AVI ": "video/x-msvideo"}.get(head[8:12], "")


def _guessed(head: bytes) -> str:
    import filetype

    found = filetype.guess_mime(head)
    return found if found and found.startswith(("audio/", "video/")) else ""


def _is_pdf(stream: BinaryIO, head: bytes) -> bool:
    at = head[:1024].find(b"%PDF-")
    if at <= 0:
        return at == 0
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - TAIL))
    tail = stream.read(TAIL)
    return b"%%EOF" in tail or b"startxref" in tail or b"\0" in head


def _container(stream: BinaryIO, head: bytes) -> str:
    if head.startswith(b"PK\x03\x04"):
        return _zipped(stream)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        stream.seek(0)
        return _ole(stream)
    return _archive(head)


def _archive(head: bytes) -> str:
    import filetype

    return filetype.guess_mime(head) or ""


def _zipped(stream: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(stream) as package:
            names = set(package.namelist())
            if "mimetype" in names and package.getinfo("mimetype").file_size < 100:
                declared = package.read("mimetype").decode("ascii", "replace").strip()
                return declared if declared in OFFICE else ZIP
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return ZIP
    return next((kind for part, kind in _PARTS.items() if part in names), ZIP)


def _ole(stream: BinaryIO) -> str:
    """An old Office document by the names in its directory, wherever in the file that lies."""
    wanted = {name.encode("utf-16-le"): kind for name, kind in _STREAMS.items()}
    before, found = b"", set()
    while block := stream.read(1 << 20):
        window = before + block
        found |= {name for name in wanted if name in window}
        before = block[-64:]
    return next((kind for name, kind in wanted.items() if name in found), OLE)


def _text(stream: BinaryIO, head: bytes, file_name: str) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return TEXT
    if b"\0" in head:
        return ""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if is_mail(start):
        return EMAIL
    lowered = start[:512].lower()
    if lowered.startswith((b"<!doctype html", b"<html")):
        return HTML
    if lowered.startswith(b"<svg") or (lowered.startswith(b"<?xml") and b"<svg" in lowered):
        return "image/svg+xml"
    return TEXT if _readable(head) else EMAIL if file_name.lower().endswith(".eml") else ""


def _readable(head: bytes) -> bool:
    """Few control characters, as in text of any encoding that does not use NUL, and few bytes that are no letters."""
    start = head[:2048]
    strange = sum(byte < 32 and byte not in b"\t\n\r\f\x1b\x08" for byte in start)
    unknown = min(start.decode(encoding, "replace").count("\ufffd") for encoding in ("utf-8", "gb18030"))
    return strange * 50 <= len(start) and unknown * 5 <= len(start) + 5
