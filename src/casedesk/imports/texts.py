"""The lines of a text file in whatever encoding; a line in another one than the rest is read in its own and told."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain
from pathlib import Path

from casedesk.base.encodings import is_clearly_utf8, line_of, narrow, wide
from casedesk.base.i18n import tr

_PIECE = 1 << 20


@contextmanager
def opened(path: Path, newline: str = "") -> Iterator[Lines]:
    """The lines of a file; `newline` says what ends one, as for `open`: "" any sign, or this one alone."""
    encoding, whole = encoding_of(path)
    with path.open("rb") as file, io.TextIOWrapper(file, encoding, "replace", newline=newline) as text:
        yield Lines(file, text, encoding, whole=whole, returns=not newline)


class Lines:
    """The lines of one file, from its beginning."""

    readline: Callable[[int], str]
    """The next line or, of a longer one, the next so many signs (or bytes)."""
    doubt = ""
    """What is to be said of the signs of the line read last."""
    cut = False
    """Whether the line read last goes on, where it may be shorter than was asked for."""

    def __init__(self, file: io.BufferedReader, text: io.TextIOWrapper, encoding: str, *, whole: bool,
                 returns: bool) -> None:
        """`returns`: a carriage return alone ends a line too."""
        self._file, self._text, self._encoding, self._returns = file, text, encoding, returns
        self._waiting: list[bytes] = []
        self.readline = text.readline if whole else self._wide if encoding.startswith("utf-16") else self._mixed

    def tell(self) -> int:
        """How many bytes have been read."""
        return self._file.tell()

    def _wide(self, most: int) -> str:
        line = self._text.readline(most)
        self.doubt = _said("") if "\ufffd" in line else ""
        return line

    def _mixed(self, most: int) -> str:
        if not self._waiting:
            self._waiting = self._read(most)
        read = self._waiting.pop()
        self.cut = len(read) == most and not read.endswith((b"\n", b"\r"))
        line, other = line_of(read, self._encoding)
        self.doubt = "" if other is None else _said(other)
        return line

    def _read(self, most: int) -> list[bytes]:
        """The next lines, the first one last: one, or several that carriage returns end."""
        read = self._file.readline(most)
        lines = read.splitlines(keepends=True) if self._returns else [read]
        if len(lines) > 1 and len(read) == most:
            self._file.seek(-len(lines.pop()), io.SEEK_CUR)
        return lines[::-1] or [b""]


def _said(other: str) -> str:
    if other:
        return tr("This line is in another encoding than the rest of the file and was read as {encoding}; check its "
                  "words.", encoding=other)
    return tr("Some bytes of this line are in no known encoding; they are shown as �.")


def encoding_of(path: Path) -> tuple[str, bool]:
    """What most of a text is in, and whether all of it is."""
    with path.open("rb") as file:
        head = file.read(_PIECE >> 4)
        encoding = wide(head) or "utf-8-sig"
        if _reads(file, encoding):
            return encoding, True
        if encoding != "utf-8-sig" or head.startswith(codecs.BOM_UTF8):
            return encoding, False
        return _by_lines(file)


def _by_lines(file: io.BufferedReader) -> tuple[str, bool]:
    """The encoding of a text that is not wholly UTF-8: that of most lines that are not ASCII."""
    clear = fitting = broken = 0
    sample = bytearray()
    file.seek(0)
    for line in chain.from_iterable(map(bytes.splitlines, iter(partial(file.readline, _PIECE), b""))):
        if line.isascii():
            continue
        if is_clearly_utf8(line):
            clear += 1
        elif _is_utf8(line):
            fitting += 1
        else:
            broken += 1
            sample += line[:_PIECE - len(sample)]
    encoding = narrow(bytes(sample))
    fitting = clear + fitting if encoding == "cp1252" else clear  # two bytes that fit UTF-8 may be a Chinese sign
    if fitting and fitting >= broken:
        return "utf-8-sig", False
    return encoding, not fitting and _reads(file, encoding)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _reads(file: io.BufferedReader, encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while piece := file.read(_PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
