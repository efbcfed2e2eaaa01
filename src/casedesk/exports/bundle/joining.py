"""Parts of a bundle, each finished and set aside, written as one file: no more of it is held than one part.

An object of one part stands for one of another where it says so: it `stands_for` a key that the other `is_named`. What
refers to the stand-in then refers to the object itself.
"""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

import pikepdf
from pikepdf import Dictionary, Object, ObjectStreamMode, String

from casedesk.base.errors import DocumentError
from casedesk.base.i18n import tr

_FIRST_LINES = b"%PDF-1.7\n%\xbf\xf7\xa2\xfe\n"
_REFERENCE = re.compile(rb"\((?:[^()\\]|\\.)*\)|<[0-9a-f]*>|(\d+) 0 R", re.DOTALL)
"""A reference, or a string, in which there may be what looks like one."""
_ROOT, _SIZE, _COUNT = re.compile(rb"/Root (\d+) 0 R"), re.compile(rb"/Size \d+"), re.compile(rb"/Count \d+")
_STREAM = b"\nstream\n"
_BLOCK, _END, _LAST_OFFSET = 1 << 18, 64, 9_999_999_999


class Joining:
    """Takes parts as they are finished; the last one brings catalogue, title and identity."""

    def __init__(self) -> None:
        secret = secrets.token_hex(8)  # no exhibit can claim to be, or to stand for, a part of the bundle
        self._is, self._for, self._in, self._of = (f"/CaseDesk{secret}{word}" for word in ("Is", "For", "In", "Of"))
        self._marks = _Marks(
            key=re.compile(rb" (%s|%s) \(([^)]*)\)" % (self._is.encode(), self._for.encode())),
            stands=self._for.encode(), parent=self._in.encode(),
            total=re.compile(rb" %s (\d+)" % self._of.encode()))
        self._parts: list[BinaryIO] = []

    def name(self, found: Object, key: str) -> None:
        """Let this dictionary be what `key` stands for; keys are plain words."""
        found[self._is] = String(key)

    def stand_in(self, pdf: pikepdf.Pdf, key: str) -> Object:
        """An object of `pdf` that stands for what another part names `key`."""
        return pdf.make_indirect(Dictionary({self._for: String(key)}))

    def hang(self, tree: Object, parent: Object) -> None:
        """Let a part's tree of pages have this parent in the whole, of which the part itself knows nothing."""
        tree[self._in] = parent

    def count(self, tree: Object, total: int) -> None:
        """Let a tree of pages have so many in the whole, however many the part itself finds in it."""
        tree[self._of] = total

    def let_stand_in(self, found: Object, key: str) -> None:
        """Make a stand-in of this dictionary; what is in it is left out."""
        for name in list(found.keys()):
            del found[name]
        found[self._for] = String(key)

    def add(self, pdf: pikepdf.Pdf) -> None:
        """Set a finished part aside; it is not needed any longer."""
        part = cast("BinaryIO", tempfile.TemporaryFile(buffering=_BLOCK, prefix="casedesk-"))  # noqa: SIM115 - see close
        self._parts.append(part)
        pdf.save(part, object_stream_mode=ObjectStreamMode.disable, compress_streams=False, static_id=True,
                 min_version="1.7", fix_metadata_version=False)
        part.flush()

    def write(self, out: Path) -> None:
        """Write all parts as one file; nothing may be added afterwards."""
        parts = [_Part(part, self._marks) for part in self._parts]
        with out.open("wb") as file:
            _write(parts, file)

    def close(self) -> None:
        """Remove what was set aside."""
        for part in self._parts:
            part.close()
        self._parts.clear()


def _write(parts: list[_Part], file: BinaryIO) -> None:
    count = 1
    named: dict[bytes, int] = {}
    for part in parts:
        count = part.number(count, named, last=part is parts[-1])
    for part in parts:
        part.resolve(named)
    offsets = array("Q", [0]) * count
    file.write(_FIRST_LINES)
    for part in parts:
        part.write(file, offsets)
    start = file.tell()
    if start > _LAST_OFFSET:
        raise DocumentError(tr("The bundle would be larger than a PDF can be."),
                            tr("Leave out some exhibits, or make several bundles."))
    file.write(b"xref\n0 %d\n0000000000 65535 f \n" % count)
    file.writelines(b"%010d 00000 n \n" % offset for offset in offsets[1:])
    file.write(parts[-1].trailer(count) + b"startxref\n%d\n%%%%EOF\n" % start)


class _Marks(NamedTuple):
    """What parts are marked with, as it is saved."""

    key: re.Pattern[bytes]
    stands: bytes
    parent: bytes
    total: re.Pattern[bytes]

    def removed(self, body: bytes) -> bytes:
        """The object as it is meant."""
        body = self.key.sub(b"", body).replace(self.parent, b"/Parent")
        total = self.total.search(body)
        return _COUNT.sub(b"/Count " + total[1], self.total.sub(b"", body)) if total is not None else body


class _Part:
    """One saved part: where its objects are, and what numbers they get in the whole."""

    def __init__(self, file: BinaryIO, marks: _Marks) -> None:
        self._file, self._marks = file, marks
        file.seek(-_END, os.SEEK_END)
        at = int(file.read().rpartition(b"startxref")[2].split(None, 1)[0])
        file.seek(at)
        table, _, self._trailer = file.read().partition(b"trailer")
        rows = table.splitlines()[3:]  # after the word, the count, and the first row, which is of no object
        self._starts = array("Q", (int(row[:10]) for row in rows))
        self._starts.append(at)
        self._numbers = array("Q", [0]) * len(self._starts)
        self._waiting: dict[int, bytes] = {}

    def number(self, first: int, named: dict[bytes, int], *, last: bool) -> int:
        """Give numbers from `first` on, enter what is named; answers with the next free number.

        Of all catalogues only that of the `last` part stays.
        """
        root = None if last else _ROOT.search(self._trailer)
        left_out = int(root[1]) if root is not None else 0
        for old, head, _, _ in self._objects():
            key = self._marks.key.search(head)
            if key is not None and key[1] == self._marks.stands:
                self._waiting[old] = key[2]
            elif old != left_out:
                if key is not None:
                    named[key[2]] = first
                self._numbers[old] = first
                first += 1
        return first

    def resolve(self, named: dict[bytes, int]) -> None:
        """Find what stand-ins stand for."""
        for old, key in self._waiting.items():
            self._numbers[old] = named[key]

    def write(self, out: BinaryIO, offsets: array[int]) -> None:
        """Write the objects that stay, and enter where each begins."""
        for old, head, begun, further in self._objects():
            number = self._numbers[old]
            if not number or old in self._waiting:
                continue
            offsets[number] = out.tell()
            body = self._renumbered(self._marks.removed(head[head.index(b"\n"):]))
            out.writelines((b"%d 0 obj" % number, body, begun))
            for done in range(0, further, _BLOCK):
                out.write(self._file.read(min(further - done, _BLOCK)))

    def trailer(self, count: int) -> bytes:
        """The end of the whole, of which this is the last part."""
        trailer = self._trailer.partition(b"startxref")[0]
        return b"trailer" + _SIZE.sub(b"/Size %d" % count, self._renumbered(trailer))

    def _renumbered(self, text: bytes) -> bytes:
        numbers = self._numbers
        return _REFERENCE.sub(lambda found: b"%d 0 R" % numbers[int(found[1])] if found[1] else found[0], text)

    def _objects(self) -> Iterator[tuple[int, bytes, bytes, int]]:
        """Number of each object, its bytes up to where its stream begins, some that follow, and how many are unread."""
        for old, start in enumerate(self._starts[:-1], 1):
            length = self._starts[old] - start
            self._file.seek(start)
            found = self._file.read(min(length, _BLOCK))
            at = found.find(_STREAM)
            if at < 0 and length > len(found):
                found += self._file.read(length - len(found))
                at = found.find(_STREAM)
            at = len(found) if at < 0 else at
            yield old, found[:at], found[at:], length - len(found)
