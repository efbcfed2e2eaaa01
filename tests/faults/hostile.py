"""A4: files made to harm whoever reads them, more than a thousand: each is read or refused with its reason, in a child
process without a network, within 20 s and 512 MB, and nothing is left behind.
"""

from __future__ import annotations

import io
import json
import random
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
from docx import Document
from PIL import Image

from casedesk.casework import exchange_writing
from casedesk.store import backup, header
from tests.faults import scenarios
from tests.faults.campaign import Bench, campaign
from tests.imports import hostile
from tests.imports.test_hostile import read_alone

DATA = Path(__file__).parents[1] / "data"
Files = Iterator[tuple[str, bytes]]
_DANGERS = ("<img src='file:///etc/passwd'/>", "{{ ''.__class__.__mro__ }}", "{% for x in range(10**9) %}x{% endfor %}",
            "../../x", "\x00", "\ud800", "＝cmd|' /C calc'!A0", "'; DROP TABLE matter; --", "a" * 1_000_000)


def bitten(whole: bytes, dice: random.Random) -> bytes:
    """A file with some bytes changed, or cut off, doubled or shuffled in blocks."""
    made, how = bytearray(whole), dice.randrange(4)
    for _ in range(dice.choice((1, 3, 30, 300))):
        made[dice.randrange(len(made))] = dice.randrange(256)
    place = dice.randrange(len(made))
    if how == 1:
        return bytes(made[:place])
    if how == 2:
        return bytes(made[:place] + made)
    return bytes(made[place:] + made[:place]) if how == 3 and dice.random() < 0.3 else bytes(made)


def documents(dice: random.Random) -> Files:
    """PDFs: those of other programs bitten, and made so by hand."""
    for path in sorted((DATA / "pdf").glob("*.pdf")):
        for number in range(14):
            yield f"{path.stem}-{number}.pdf", bitten(path.read_bytes(), dice)
    head = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n"
    kids = (b"[2 0 R]", b"[3 0 R 3 0 R]", b"[" + b"3 0 R " * 20_000 + b"]", b"null", b"(x)", b"[" * 5000)
    boxes = (b"[0 0 1e9 1e9]", b"[0 0 0 0]", b"[0 0 -5 nan]", b"[0 0 612 792]", b"[0 0 1 1 1]", b"x")
    for number, (kid, box) in enumerate((kid, box) for kid in kids for box in boxes):
        yield f"made-{number}.pdf", (
            head + b"2 0 obj<</Type/Pages/Count 99999999/Kids" + kid + b">>endobj\n3 0 obj<</Type/Page/Parent 2 0 R"
            b"/MediaBox" + box + b"/Contents 4 0 R/Annots[<</Subtype/Link/A<</S/Launch/F(calc.exe)>>>>]>>endobj\n"
            b"4 0 obj<</Length 9>>stream\n" + b"q " * 9999 + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n")
    packing = zlib.compressobj(9)
    bomb = b"".join(packing.compress(bytes(1 << 20)) for _ in range(300)) + packing.flush()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.pages[0].obj["/Contents"] = pdf.make_stream(bomb, Filter=pikepdf.Name.FlateDecode)
        held = io.BytesIO()
        pdf.save(held)
    yield "bomb.pdf", held.getvalue()


def pictures(dice: random.Random) -> Files:
    """Pictures of every kind bitten, and floods of pixels in a few bytes."""
    drawing = Image.effect_noise((90, 70), 80).convert("RGB")
    for kind in ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"):
        held = io.BytesIO()
        drawing.save(held, kind)
        for number in range(22):
            yield f"{kind}-{number}", bitten(held.getvalue(), dice)
    photo = (DATA / "pictures" / "shapes.heic").read_bytes()
    for number in range(12):
        yield f"heic-{number}", bitten(photo, dice)
    for size in ((10_000, 10_000), (20_000, 20_000), (1, 60_000), (2**31 - 1, 2**31 - 1)):
        body = b"\x89PNG\r\n\x1a\n"
        dots = zlib.compress(bytes(min(13_000_000, size[1] * (size[0] // 8 + 1))))
        for name, data in ((b"IHDR", b"".join(one.to_bytes(4, "big") for one in size) + b"\x01\0\0\0\0"),
                           (b"IDAT", dots), (b"IEND", b"")):
            body += len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")
        yield f"flood-{size[0]}", body


def templates(dice: random.Random) -> Files:
    """Letterheads: a DOCX bitten, and with what should not be in one."""
    held = io.BytesIO()
    made = Document()
    made.sections[0].header.paragraphs[0].text = "某律所"
    made.save(held)
    for number in range(60):
        yield f"bitten-{number}.docx", bitten(held.getvalue(), dice)
    entity = '<!DOCTYPE w [<!ENTITY a "' + "a" * 9999 + '"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
    for number, inside in enumerate((entity, "<a>" * 100_000, "", "\x00", *_DANGERS)):
        changed = io.BytesIO()
        with zipfile.ZipFile(held) as source, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target:
            for entry in source.namelist():
                data = source.read(entry)
                if entry == "word/document.xml":
                    data = inside.encode("utf-8", "surrogatepass") + data[:: 1 if number % 2 else -1]
                target.writestr(entry, data)
            target.writestr("../../x", "x")
        yield f"made-{number}.docx", changed.getvalue()


def exchanges(dice: random.Random, matter: Path) -> Files:
    """A matter's file bitten, and its records with values that no record has."""
    whole = matter.read_bytes()
    for number in range(60):
        yield f"bitten-{number}.zip", bitten(whole, dice)
    with zipfile.ZipFile(matter) as archive:
        text = archive.read("matter.json")
    for number in range(40):
        yield f"bitten-{number}.json", bitten(text, dice)
    told = json.loads(text)
    strange: tuple[Any, ...] = (*_DANGERS, None, -1, 2**70, 1e308, [], {}, [[]] * 1000)
    for number, value in enumerate(strange):
        for name in list(told)[:3]:
            yield f"made-{number}-{name}.json", json.dumps({**told, name: value}).encode("utf-8", "surrogatepass")
    yield "deep.json", b'{"a":' * 200_000
    yield "again.json", text[:-2] + b"," + text[1:]


def kept_away(dice: random.Random, folder: Path) -> Files:
    """Backups and lists of keys, bitten."""
    for number in range(100):
        yield f"bitten-{number}.casedesk", bitten((folder / "whole.casedesk").read_bytes(), dice)
    for number in range(60):
        yield f"bitten-{number}.keys", bitten((folder / "cabinet" / header.HEADER).read_bytes(), dice)


def _no_network() -> list[str]:
    there = shutil.which("unshare") and subprocess.run(
        ["unshare", "-n", "true"], check=False, capture_output=True).returncode == 0
    return ["unshare", "-n"] if there else []


@campaign("A4", "files made to harm: imports, PDFs, pictures, templates, matters, backups, lists of keys", plan="1,000",
          small=0, nightly=5000)
def hostile_files(bench: Bench) -> None:
    folder = bench.folder()
    with scenarios.opened(folder / "cabinet") as store:
        exchange_writing.export(store, "A-1", folder / "own.zip")
        backup.write(store, folder / "whole.casedesk")
        key = store.key.master
    families: dict[str, Callable[[], Files]] = {
        "imports": lambda: ((name, make()) for name, make in (hostile.corpus() if bench.size > 1000 else ())),
        "exhibits": lambda: (one for made in (documents, pictures) for one in made(bench.dice)),
        "templates": lambda: templates(bench.dice),
        "exchanges": lambda: exchanges(bench.dice, folder / "own.zip"),
        "backups": lambda: kept_away(bench.dice, folder)}
    before = _no_network()
    bench.tally.count("without a network, by the kernel" if before else "without a network, by the process alone")
    for family, files in families.items():
        place = bench.place / family
        place.mkdir()
        if family == "backups":
            (bench.place / "key").write_bytes(key)
        paths = []
        for number, (name, data) in enumerate(bench.some(list(files())) if bench.size <= 1000 else files()):
            paths.append(place / f"{number:04}-{name}")
            paths[-1].write_bytes(data)
        for found in read_alone(paths, bench.place / f"{family}-empty", family, before):
            bench.tally.runs += 1
            bench.tally.count(f"{family}: {found['outcome']}")
            where = Path(found["file"]).name
            if found["outcome"] == "crashed" or found["cpu"] > 20 or found["mb"] > 512:
                bench.find(f"{family} {where}", ["{outcome} {why} {cpu} s {mb} MB".format(**found)])
            elif found["outcome"] != "read" and not found["why"]:
                bench.find(f"{family} {where}", ["no reason"])
        shutil.rmtree(place)
