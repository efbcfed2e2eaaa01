#!/usr/bin/env python3
"""Is a filed package still what was written? Needs nothing but Python 3.6 or newer; sends nothing anywhere.

    python verify.py              the folder this file lies in
    python verify.py PATH         another folder, or a ZIP

A time-stamp (manifest.tsr) is compared with the manifest here; openssl ts -verify -data manifest.json -in manifest.tsr
-CAfile ROOT checks the authority's signature, too.

One line a file: PASS, or FAIL with changed, missing or extra. Exit code 0 when all pass, 8 when not.
It shows that nothing was changed since the package was written; it does not show that what the files say is true.
"""

import hashlib
import json
import os
import struct
import sys
import zipfile
import zlib

MANIFEST = "manifest.json"
STAMPS = ("manifest.tsr", "manifest.tsq")
SHA256 = b"\x60\x86\x48\x01\x65\x03\x04\x02\x01"  # how it is named in a time-stamp
BLOCK = 1 << 20
DAY, LONG, MOST = 33, 0xFFFFFFFF, (1 << 31) - 1


class NotAPackage(Exception):
    """Nothing that can be compared: what is wrong, in a word."""


def sealed(manifest):
    """The one way a manifest is written: its own digest last, over all that stands before."""
    rest = {key: value for key, value in manifest.items() if key != "seal"}
    seal = hashlib.sha256(json.dumps(rest, ensure_ascii=False, sort_keys=True).encode("utf-8")).hexdigest()
    return (json.dumps(dict(rest, seal=seal), ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def digest(stream):
    found = hashlib.sha256()
    while True:
        block = stream.read(BLOCK)
        if not block:
            return found.hexdigest()
        found.update(block)


def stamped(stream, manifest):
    """Is this a time-stamp, or the request for one, as a whole, and does it name the SHA-256 of this manifest?"""
    held = bytearray(stream.read(BLOCK))
    count = held[1] & 127 if len(held) > 1 and held[1] & 128 else 0
    length = int.from_bytes(held[2:2 + count] if count else held[1:2], "big")
    named = [SHA256 + end + b"\4\x20" + hashlib.sha256(manifest).digest() for end in (b"", b"\5\0")]
    return held[:1] == b"\x30" and 2 + count + length == len(held) and any(one in held for one in named)


def stamps_of(path, manifest):
    """(name, verdict) of what was stamped after the manifest was written, and so cannot stand in it."""
    told = []
    if os.path.isfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in STAMPS:
                if name in archive.namelist():
                    with archive.open(name) as stream:
                        told.append((name, "ok" if stamped(stream, manifest) else "changed"))
        return told
    for name in STAMPS:
        place = os.path.join(path, name)
        if os.path.isfile(place) and not os.path.islink(place):
            with open(place, "rb") as stream:
                told.append((name, "ok" if stamped(stream, manifest) else "changed"))
    return told


def in_folder(folder):
    """Every file and needless folder: path -> digest, and the bytes of the manifest."""
    found, text = {}, None
    for place, folders, files in os.walk(folder):
        inside = os.path.relpath(place, folder).replace(os.sep, "/")
        for name in files + [one for one in folders if os.path.islink(os.path.join(place, one))]:
            path = os.path.join(place, name)
            key = name if inside == "." else inside + "/" + name
            if os.path.islink(path) or not os.path.isfile(path):
                found[key] = "no file"  # a link, a pipe, a device: reading it might never end
                continue
            try:
                with open(path, "rb") as stream:
                    found[key] = digest(stream)
                if key == MANIFEST:
                    with open(path, "rb") as stream:
                        text = stream.read()
            except OSError as problem:
                found[key] = "unreadable: %s" % problem
        if not files and not folders and inside != ".":
            found[inside + "/"] = "a folder"
    return found, text


def in_zip(path):
    """The same of a ZIP; a name that stands in it twice matches nothing."""
    try:
        with zipfile.ZipFile(path) as archive:
            found, text = {}, None
            for entry in archive.infolist():
                if entry.filename.endswith("/"):
                    found[entry.filename] = "a folder"
                    continue
                with archive.open(entry) as member:
                    value = digest(member)
                found[entry.filename] = "twice" if entry.filename in found else value
                if entry.filename == MANIFEST:
                    text = archive.read(entry)
            return found, text
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, struct.error,
            UnicodeError, OverflowError, MemoryError, zlib.error) as problem:
        raise NotAPackage("zip: %s" % problem)


class Comparing:
    """Takes what would be written and compares it with what a file holds there; the last word on a place counts."""

    def __init__(self, file):
        self.file, self.at, self.wrong = file, 0, {}

    def write(self, data):
        self.file.seek(self.at)
        self.wrong[self.at] = self.file.read(len(data)) != bytes(data)
        self.at += len(data)
        return len(data)

    def seek(self, at):
        self.at = at

    def tell(self):
        return self.at

    def flush(self):
        pass

    def same(self):
        return not any(self.wrong.values()) and self.file.seek(0, os.SEEK_END) == self.at


def pack(names, opened, target):
    """Write the ZIP of these files, in the one way a package is packed: the same bytes for the same files.

    Byte by byte, since the ZIPs that Python writes itself differ between its versions.
    """
    told, at = [], 0
    for name in sorted(names):
        raw, flags = encoded(name)
        begins, size, check = at, 0, 0
        target.write(local_header(raw, flags, 0, 0))
        with opened(name) as source:
            while True:
                block = source.read(BLOCK)
                if not block:
                    break
                target.write(block)
                size, check = size + len(block), zlib.crc32(block, check)
        target.seek(begins)
        target.write(local_header(raw, flags, check, size))
        at = begins + 50 + len(raw) + size
        target.seek(at)
        told.append(listed(raw, flags, check, size, begins))
    for entry in told:
        target.write(entry)
    target.write(end_of(len(told), sum(map(len, told)), at))


def encoded(name):
    """A name's bytes, and the flag that says how they are to be read."""
    try:
        return name.encode("ascii"), 0
    except UnicodeEncodeError:
        return name.encode("utf-8"), 0x800


def local_header(raw, flags, check, size):
    """What stands before a file, sizes of any length in it."""
    return struct.pack("<4s5H3L2H", b"PK\3\4", 45, flags, 0, 0, DAY, check, LONG, LONG, len(raw), 20) + raw + (
        struct.pack("<HHQQ", 1, 16, size, size))


def listed(raw, flags, check, size, begins):
    """A file in the list at the end of the ZIP; what is too long for its place stands behind the name."""
    longer = ([size, size] if size > MOST else []) + ([begins] if begins > MOST else [])
    behind = struct.pack("<HH%dQ" % len(longer), 1, 8 * len(longer), *longer) if longer else b""
    shown, where = LONG if size > MOST else size, LONG if begins > MOST else begins
    return struct.pack("<4s4B4H3L5H2L", b"PK\1\2", 45, 3, 45, 0, flags, 0, 0, DAY, check, shown, shown, len(raw),
                       len(behind), 0, 0, 0, 0o644 << 16, where) + raw + behind


def end_of(count, size, at):
    """What ends the ZIP: how many files the list has, how long it is and where it begins."""
    before = b""
    if count > 0xFFFF or size > MOST or at > MOST:
        before = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, at)
        before += struct.pack("<4sLQL", b"PK\6\7", 0, at + size, 1)
        count, size, at = min(count, 0xFFFF), min(size, LONG), min(at, LONG)
    return before + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, size, at, 0)


def repacked(path):
    """Does the ZIP differ from the one that was written, though the files in it are the same?"""
    with open(path, "rb") as stream, zipfile.ZipFile(path) as archive:
        comparing = Comparing(stream)
        pack(archive.namelist(), archive.open, comparing)
        return not comparing.same()


def compared(path):
    """(path, verdict) of every file: "ok", "changed", "missing" or "extra". NotAPackage when nothing can be told."""
    path = str(path)
    found, text = in_zip(path) if os.path.isfile(path) else in_folder(path)
    if text is None:
        raise NotAPackage("none")
    try:
        manifest = json.loads(text.decode("utf-8"))
        wanted = {str(one["path"]): str(one["sha256"]) for one in manifest["files"]}
        whole = sealed(manifest) == text
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NotAPackage("manifest")
    told = [(MANIFEST, "ok" if whole and found.pop(MANIFEST) != "twice" else "changed")]
    found.pop(MANIFEST, None)
    for name, value in wanted.items():
        told.append((name, "missing" if name not in found else "ok" if found[name] == value else "changed"))
    stamps = [] if told[0][1] != "ok" else [one for one in stamps_of(path, text) if one[0] not in wanted]
    told += stamps
    told += [(name, "extra") for name in sorted(set(found) - set(wanted) - {one for one, _ in stamps})]
    if os.path.isfile(path) and all(verdict == "ok" for _, verdict in told):
        told.append((os.path.basename(path), "changed" if repacked(path) else "ok"))
    return told


def seal_of(path):
    """The seal of a package that passed."""
    if os.path.isfile(path):
        with zipfile.ZipFile(path) as archive:
            text = archive.read(MANIFEST)
    else:
        with open(os.path.join(path, MANIFEST), "rb") as stream:
            text = stream.read()
    return json.loads(text.decode("utf-8"))["seal"]


def main():
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    path = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    try:
        told = compared(path)
    except NotAPackage as problem:
        print("FAIL  %s  (%s)" % (path, problem))
        return 8
    for name, verdict in told:
        print("PASS  %s" % name if verdict == "ok" else "FAIL  %s  %s" % (name, verdict))
    failed = sum(verdict != "ok" for _, verdict in told)
    print("%d PASS, %d FAIL" % (len(told) - failed, failed))
    if not failed:
        print("Seal %s\nWhoever could write here could have computed all of this anew: compare the seal with the one "
              "that was noted when it was filed, or check its time-stamp or signatures." % seal_of(path),
              file=sys.stderr)
    if (STAMPS[0], "ok") in told:
        print("Whether an authority signed %s was not checked here; openssl ts -verify, as said in this file, does it."
              % STAMPS[0], file=sys.stderr)
    return 8 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
