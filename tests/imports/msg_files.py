"""Outlook items made in code: a compound file (version 3) as small as the format allows."""

from __future__ import annotations

import datetime as dt
import itertools
import struct
from dataclasses import dataclass, field
from pathlib import Path

FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SECTOR = 512
Tree = dict[str, "bytes | Tree"]


@dataclass
class _Entry:
    name: str
    kind: int
    data: bytes = b""
    children: list[int] = field(default_factory=list)
    start: int = END
    left: int = FREE
    right: int = FREE


def compound(path: Path, tree: Tree) -> Path:
    """The tree of storages and streams as a compound file; every stream in sectors of its own, at least 4,096 bytes."""
    entries = [_Entry("Root Entry", 5)]
    _add(entries, 0, tree)
    sectors: list[bytes] = []
    chain: list[int] = []
    for entry in entries:
        if entry.kind == 2 and entry.data:
            padded = entry.data.ljust(-(-max(len(entry.data), 4096) // SECTOR) * SECTOR, b"\0")
            entry.start = len(sectors)
            _append(sectors, chain, padded)
    directory = b"".join(_packed(entry) for entry in entries)
    directory = directory.ljust(-(-len(directory) // SECTOR) * SECTOR, b"\0")
    first_directory = len(sectors)
    _append(sectors, chain, directory)
    fats = 1
    while (len(chain) + fats) * 4 > fats * SECTOR:
        fats += 1
    fat_at = [len(sectors) + number for number in range(fats)]
    table = struct.pack(f"<{len(chain) + fats}I", *chain, *[FAT] * fats).ljust(fats * SECTOR, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, fats, first_directory, 0, 4096, END, 0, END, 0)
    header += struct.pack("<109I", *fat_at, *[FREE] * (109 - fats))
    path.write_bytes(header + b"".join(sectors) + table)
    return path


def _append(sectors: list[bytes], chain: list[int], data: bytes) -> None:
    pieces = [data[at:at + SECTOR] for at in range(0, len(data), SECTOR)]
    chain.extend([*range(len(chain) + 1, len(chain) + len(pieces)), END])
    sectors.extend(pieces)


def _add(entries: list[_Entry], parent: int, tree: Tree) -> None:
    below: list[int] = []
    for name, content in sorted(tree.items(), key=lambda item: (len(item[0]), item[0].upper())):
        number = len(entries)
        below.append(number)
        if isinstance(content, bytes):
            entries.append(_Entry(name, 2, content))
        else:
            entries.append(_Entry(name, 1))
            _add(entries, number, content)
    for one, following in itertools.pairwise(below):
        entries[one].right = following
    entries[parent].children = below[:1]


def _packed(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le") + b"\0\0"
    child = entry.children[0] if entry.children else FREE
    size = max(len(entry.data), 4096) if entry.kind == 2 and entry.data else 0
    start = entry.start if size or entry.kind == 5 else 0
    return name.ljust(64, b"\0") + struct.pack(
        "<HBBIII16xI16xIQ", len(name), entry.kind, 1, entry.left, entry.right, child, 0, start, size)


def text(tag: int, value: str) -> Tree:
    return {f"__substg1.0_{tag:04X}001F": value.encode("utf-16-le").ljust(4096, b"\0")}


def binary(tag: int, value: bytes) -> Tree:
    return {f"__substg1.0_{tag:04X}0102": value}


def properties(skip: int, times: dict[int, dt.datetime] | None = None, numbers: dict[int, int] | None = None) -> Tree:
    """The stream of what has a fixed length; `skip` bytes stand before it."""
    data = b"\0" * skip
    for tag, moment in (times or {}).items():
        ticks = (moment - dt.datetime(1601, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1) * 10
        data += struct.pack("<HHIQ", 0x0040, tag, 6, ticks)
    for tag, number in (numbers or {}).items():
        data += struct.pack("<HHIQ", 0x0003, tag, 6, number)
    return {"__properties_version1.0": data}
