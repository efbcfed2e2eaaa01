#!/usr/bin/env python3
"""Is a filed package still what was written? Needs nothing but Python 3.6 or newer; sends nothing anywhere.

    python verify.py              the folder this file lies in
    python verify.py PATH         another folder, or a ZIP

One line a file: PASS, or FAIL with changed, missing, extra, twice or misnamed. Exit code 0 when none fails, 8 when one
does. A time-stamp (manifest.tsr) that names this manifest is NOT CHECKED HERE any further, and is no PASS: anybody can
write one. With the root certificate of the authority, got from the authority itself, this checks it:

    openssl ts -verify -data manifest.json -in manifest.tsr -CAfile ROOT

It shows that nothing was changed since the package was written; it does not show that what the files say is true.
"""

import hashlib
import json
import os
import re
import struct
import sys
import unicodedata
import zipfile
import zlib

MANIFEST, VERSION = "manifest.json", 2
STAMP, REQUEST = "manifest.tsr", "manifest.tsq"
STAMPS = (STAMP, REQUEST)
SHA256 = b"\x60\x86\x48\x01\x65\x03\x04\x02\x01"  # how it is named in a time-stamp
BLOCK, LONGEST = 1 << 20, 1 << 28
WRONG = ("changed", "missing", "extra", "twice", "misnamed")
DAY, LONG, MOST = 33, 0xFFFFFFFF, (1 << 31) - 1


SHA = re.compile("[0-9a-f]{64}")
FILES = {"files": [{"path": str, "size": int, "sha256": SHA}], "format": re.compile("casedesk-package"), "version": int,
         "digest": re.compile("SHA-256"), "form": str, "matter": str, "chain_head": str, "seal": SHA}
COPY = dict(FILES, copy_of=SHA, recipient=str)
FILED = dict(FILES, chain_seq=int, follows=str, evidence=[{
    "id": re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "name": str, "file": str, "sha256": SHA,
    "exhibit": str, "pages": [int], "printed": str}], terms={str: int}, bundle={
        "files": [{"path": str, "first": int, "last": int}], "first": int, "last": int, "groups": int, "contents": int,
        "revised": (str, [str])})
OLDER = ("printed", "terms", "contents", "revised")  # what some did not say yet
STRANGE = re.compile("[\0-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")  # does not show
RESERVED = re.compile(r'[<>:"\\|?*]|(^|/)[ .]|[ .](/|$)|//|^/|/$|^$')  # leads elsewhere, or no name everywhere


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


def fits(value, shape):
    """Is this of the types that a manifest has there?"""
    if isinstance(shape, dict):
        named = dict.fromkeys(value, shape[str]) if str in shape and isinstance(value, dict) else shape
        return isinstance(value, dict) and all(
            fits(value[key], one) if key in value else key in OLDER for key, one in named.items())
    if isinstance(shape, tuple):
        return any(fits(value, one) for one in shape)
    if isinstance(shape, list):
        return isinstance(value, list) and all(fits(one, shape[0]) for one in value)
    if isinstance(shape, type):
        return type(value) is shape and (shape is not int or 0 <= value < 1 << 63)
    return isinstance(value, str) and shape.fullmatch(value) is not None


def understood(text):
    """The manifest in these bytes; NotAPackage when it is none that could be compared with files."""
    try:
        manifest = json.loads(text.decode("utf-8"))
        if len(text) <= LONGEST and fits(manifest, COPY if "copy_of" in manifest else FILED) and all(
                len(one["pages"]) in (0, 2) for one in manifest.get("evidence", ())):
            if manifest["version"] == VERSION:
                return manifest
            raise NotAPackage("version")
    except (ValueError, TypeError, RecursionError):
        pass
    raise NotAPackage("manifest")


def same_to_some(name):
    """What systems make of a name that know neither capitals nor the ways to write an accent."""
    return unicodedata.normalize("NFC", name.lower())


def shown(name):
    """A name in one line, as it is: what does not show is written out."""
    return STRANGE.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode("ascii"), name)


def listing(manifest):
    """path -> (size, digest) of the files listed, and path -> verdict of what is listed as no package lists it."""
    wanted, wrong, taken = {}, {}, {MANIFEST, *STAMPS}
    for one in manifest["files"]:
        name = one["path"]
        if STRANGE.search(name) or RESERVED.search(name):
            wrong[name] = "misnamed"
        elif same_to_some(name) in taken:
            wrong[name] = "twice"
        taken.add(same_to_some(name))
        wanted[name] = one["size"], one["sha256"]
    evidence, bundle = manifest.get("evidence", ()), manifest.get("bundle", {})
    revised = bundle.get("revised") or []
    told = [one["file"] for one in evidence] + [one["path"] for one in bundle.get("files", ())] + (
        [revised] if isinstance(revised, str) else revised)
    named = set()
    for name in told:
        if name not in wanted or name in named:
            wrong[name] = "twice" if name in wanted else "missing"
        named.add(name)
    for one in evidence:
        if one["file"] in wanted and wanted[one["file"]][1] != one["sha256"]:
            wrong[one["file"]] = "changed"
    return wanted, wrong


def stamped(name, held, manifest):
    """The verdict on a time-stamp, or the request for one: does it name the SHA-256 of this manifest, as a whole?"""
    own = hashlib.sha256(manifest).digest()
    if name == REQUEST:  # it is always the same
        asked = b"\x30\x39\2\1\1\x30\x31\x30\x0d\6\x09" + SHA256 + b"\5\0\4\x20" + own + b"\1\1\xff"
        return "ok" if held == asked else "changed"
    count = held[1] & 127 if len(held) > 1 and held[1] & 128 else 0
    length = int.from_bytes(held[2:2 + count] if count else held[1:2], "big")
    named = [SHA256 + end + b"\4\x20" + own for end in (b"", b"\5\0")]
    whole = held[:1] == b"\x30" and 2 + count + length == len(held) and any(one in held for one in named)
    return "unchecked" if whole else "changed"


def held_at(path, name):
    """The bytes of a small file of a package."""
    if os.path.isfile(path):
        with zipfile.ZipFile(path) as archive, archive.open(name) as stream:
            return stream.read(BLOCK)
    with open(os.path.join(path, name), "rb") as stream:
        return stream.read(BLOCK)


def in_folder(folder):
    """Every file and needless folder: path -> size and digest, or what it is; and the bytes of the manifest."""
    found, text = {}, None

    def closed(problem):
        found[os.path.relpath(problem.filename, folder).replace(os.sep, "/") + "/"] = "unreadable: %s" % problem

    for place, folders, files in os.walk(folder, onerror=closed):
        inside = os.path.relpath(place, folder).replace(os.sep, "/")
        for name in files + [one for one in folders if os.path.islink(os.path.join(place, one))]:
            path = os.path.join(place, name)
            key = name if inside == "." else inside + "/" + name
            if os.path.islink(path) or not os.path.isfile(path):
                found[key] = "no file"  # a link, a pipe, a device: reading it might never end
                continue
            try:
                with open(path, "rb") as stream:
                    value = digest(stream)
                    found[key] = stream.tell(), value
                if key == MANIFEST:
                    with open(path, "rb") as stream:
                        text = stream.read(LONGEST + 1)
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
                    value = entry.file_size, digest(member)
                found[entry.filename] = "twice" if entry.filename in found else value
                if entry.filename == MANIFEST:
                    with archive.open(entry) as member:
                        text = member.read(LONGEST + 1)
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
    """(path, verdict) of every file. NotAPackage when nothing can be told.

    "ok"; "changed", "missing" or "extra"; "twice" when the name, or one that some systems take for the same, was there
    before; "misnamed" when it leads out of the package or is no name everywhere; "unchecked" of a time-stamp.
    """
    path = str(path)
    found, text = in_zip(path) if os.path.isfile(path) else in_folder(path)
    if text is None:
        raise NotAPackage("none")
    manifest = understood(text)
    wanted, wrong = listing(manifest)
    own = found.pop(MANIFEST)
    told = [(MANIFEST, "twice" if own == "twice" else "ok" if sealed(manifest) == text else "changed")]
    for name, value in wanted.items():
        verdict = "missing" if name not in found else "ok" if found[name] == value else "changed"
        told.append((name, wrong.pop(name, "twice" if found.get(name) == "twice" else verdict)))
    told += sorted(wrong.items())
    for name in sorted(set(found) - set(wanted)):
        later = name in STAMPS and isinstance(found[name], tuple)  # written after the manifest, it cannot stand in it
        told.append((name, stamped(name, held_at(path, name), text) if later else "extra"))
    if os.path.isfile(path) and all(verdict in ("ok", "unchecked") for _, verdict in told):
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
    said = {"ok": "PASS  %s", "unchecked": "NOT CHECKED HERE  %s  (whether, and when, an authority signed it)"}
    for name, verdict in told:
        print(said.get(verdict, "FAIL  %s  " + verdict) % shown(name))
    passed, failed = (sum(verdict in ways for _, verdict in told) for ways in (("ok",), WRONG))
    unchecked = len(told) - passed - failed
    print("%d PASS, %d FAIL%s" % (passed, failed, ", %d NOT CHECKED HERE" % unchecked if unchecked else ""))
    if not failed:
        print("Seal %s\nWhoever could write here could have computed all of this anew: compare the seal with the one "
              "that was noted when it was filed, or check its time-stamp or signatures." % seal_of(path),
              file=sys.stderr)
    if unchecked:
        print("%s names this manifest, but anybody can write such a file. To check it, with the authority's own root "
              "certificate:\n  openssl ts -verify -data %s -in %s -CAfile ROOT" % (STAMP, MANIFEST, STAMP),
              file=sys.stderr)
    return 8 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
