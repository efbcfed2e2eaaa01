"""Files made to harm who reads them: more than 300, each from a seed, by family (engineering/reliability A4)."""

from __future__ import annotations

import base64
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Maker = Callable[[], bytes]

ROW = '<sms address="+8613800001234" date="1700000000000" type="1" body="{body}" contact_name="(Unknown)" />'
TYPES = ('<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
         '<Default Extension="xml" ContentType="application/xml"/></Types>')
RELS = ('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="{target}"{more}/>'
        '</Relationships>')
BOOK = ('<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxml'
        'formats.org/officeDocument/2006/relationships"><sheets><sheet name="{name}" sheetId="1" r:id="r1"/></sheets>'
        '</workbook>')
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData>{more}</worksheet>'
HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>时间</t></is></c><c r="B1" t="inlineStr"><is><t>号码</t></is></c></row>'
LIVE = ("=1+1", "=HYPERLINK(\"http://x\")", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "=DDE(\"x\")", "<b>x</b>",
        "../../etc/passwd", "C:\\con\\aux", "\u202egnp.exe", "'; DROP TABLE incident; --", "%s%n", "\x00", "\ud83d", "﻿")
NAMES = ("../../x", "..\\..\\x", "/etc/passwd", "C:\\x", "con", "aux.txt", "a" * 300, "\u202efdp", "x\n.txt", "")


def write_all(folder: Path) -> list[Path]:
    """Every file of the corpus, written to the folder under names that tell the family."""
    paths = []
    for number, (name, make) in enumerate(corpus()):
        path = folder / f"{number:03}-{name}"
        path.write_bytes(make())
        paths.append(path)
    return paths


def corpus() -> Iterator[tuple[str, Maker]]:
    """(name, what makes the file) of every file."""
    for family in (_entities, _surrogates, _broken_xml, _deep, _long_values, _parts, _zip_bombs, _sheets, _sheet_texts,
                   _damaged_books, _binary_books, _csv_texts, _csv_shapes, _encodings, _noise, _truncated):
        for number, make in enumerate(family()):
            yield f"{family.__name__.strip('_')}-{number}", make


def backup(inside: str, *, root: str = "smses", before: str = "", count: object = 1) -> bytes:
    return (f"<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n{before}<{root} count=\"{count}\">\n{inside}\n"
            f"</{root}>\n").encode("utf-8", "surrogatepass")


def book(sheet: str, *, name: str = "Sheet1", target: str = "worksheets/sheet1.xml", more: str = "",
         others: dict[str, bytes] | None = None) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("xl/workbook.xml", BOOK.format(name=name))
        archive.writestr("xl/_rels/workbook.xml.rels", RELS.format(target=target, more=more))
        archive.writestr("xl/worksheets/sheet1.xml", sheet.encode("utf-8", "surrogatepass"))
        for path, content in (others or {}).items():
            archive.writestr(path, content)
    return held.getvalue()


def _entities() -> Iterator[Any]:
    bombs = [
        "<!DOCTYPE l [<!ENTITY a \"" + "a" * 100 + "\">" + "".join(
            f'<!ENTITY a{n} "{f"&a{n - 1 or chr(0)};".replace(chr(0), "") * 10}">' for n in range(1, 10)) + "]>",
        '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>', '<!DOCTYPE l SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE l [<!ENTITY % p SYSTEM "http://127.0.0.1:9/"> %p;]>', "<!DOCTYPE smses>",
        '<!DOCTYPE l [<!ENTITY q "' + "q" * 100_000 + '">]>']
    for bomb in bombs:
        for root in ("smses", "calls"):
            yield lambda bomb=bomb, root=root: backup(ROW.format(body="&a9;&x;&q;"), root=root, before=bomb)
        yield lambda bomb=bomb: book(bomb + SHEET.format(rows=HEAD, more=""))
        yield lambda bomb=bomb: book(SHEET.format(rows=HEAD, more=""), others={
            "xl/sharedStrings.xml": (bomb + "<sst><si><t>&a9;</t></si></sst>").encode()})


def _surrogates() -> Iterator[Any]:
    for body in ("&#55357;&#56832;" * 1000, "&#55357;", "&#56832;&#55357;", "&#xD83D;&#xDE00;", "&#0;", "&#1;&#11;",
                 "&#1114112;", "&#x7FFFFFFF;", "&#99999999999999;", "\x00\x01\x02", "&#55357;" * 50_000, "&#;", "&#x;"):
        yield lambda body=body: backup(ROW.format(body=body))


def _broken_xml() -> Iterator[Any]:
    for inside in ("<sms", "<sms address='1", "</smses>", "<mms><parts><part", "<mms>" * 100, "&nope;", "<![CDATA[",
                   "<!--", "<sms address=\"1\" address=\"2\"/>", "<sms date='x' type='1'/>", "<call type='999'/>",
                   "<call number='1' date='99999999999999999999' type='1' duration='-5'/>", "]]>", "<?x"):
        for root in ("smses", "calls"):
            yield lambda inside=inside, root=root: backup(ROW.format(body="x") + inside, root=root)
    yield lambda: b"<smses" + b" " * 1_000_000
    yield lambda: b"<smses count='1'>" + b"<sms " * 200_000


def _deep() -> Iterator[Any]:
    for depth in (100, 10_000, 1_000_000):
        yield lambda depth=depth: backup("<a>" * depth + "</a>" * depth)
        yield lambda depth=depth: backup("<mms date='1700000000000' msg_box='1'>" + "<parts>" * depth)
        yield lambda depth=depth: book(SHEET.format(rows="<row>" * depth, more=""))


def _long_values() -> Iterator[Any]:
    for size in (1_100_000, 40 << 20, 100 << 20):
        yield lambda size=size: backup(ROW.format(body="x" * size))
        yield lambda size=size: backup(f"<{'n' * size}/>")
        yield lambda size=size: backup("<sms " + "a" * size + "='1'/>")
        yield lambda size=size: backup("<!--" + "x" * size + "-->" + ROW.format(body="x"))


def _parts() -> Iterator[Any]:
    mms = ("<mms date='1700000000000' msg_box='1' address='1'><parts><part ct='{kind}' cl=\"{name}\" data='{data}'/>"
           "</parts></mms>")
    small = base64.b64encode(b"x" * 1000).decode()
    for name in NAMES:
        shown = name.replace("&", "&amp;").replace("\n", "&#10;")
        yield lambda shown=shown: backup(mms.format(kind="image/jpeg", name=shown, data=small))
    for data in ("!!!", "x" * 1001, "AAAA" * (10 << 20), "AAAA" * (20 << 20), "", "null", "A" * 7):
        yield lambda data=data: backup(mms.format(kind="image/png", name="a.png", data=data))
    part = f"<part ct='image/png' cl='a' data='{'AAAA' * (1 << 20)}'/>"
    yield lambda: backup(f"<mms date='1700000000000' msg_box='1'><parts>{part * 20}</parts></mms>")


def _zip_bombs() -> Iterator[Any]:
    for megabytes in (50, 200, 600):
        yield lambda size=megabytes << 20: _one_cell(size)
        yield lambda size=megabytes << 20: _packed("xl/sharedStrings.xml", b"<sst><si><t>", b"x", size)
        yield lambda size=megabytes << 20: _packed("xl/styles.xml", b"<styleSheet>", b"<xf/>", size)
        yield lambda size=megabytes << 20: _packed("xl/workbook.xml", b"<workbook>", b"<sheet/>", size)
    yield lambda: _many_entries(20_000)
    yield lambda: book(SHEET.format(rows=HEAD, more=""), others={"bomb.zip": _one_cell(20 << 20)})
    yield _overlapping


def _one_cell(size: int) -> bytes:
    return _packed("xl/worksheets/sheet1.xml", SHEET.split("{rows}", maxsplit=1)[0].encode() + HEAD.encode()
                   + b'<row r="2"><c r="A2" t="inlineStr"><is><t>', b"x", size)


def _packed(path: str, before: bytes, filling: bytes, size: int) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        if path != "xl/workbook.xml":
            archive.writestr("xl/workbook.xml", BOOK.format(name="S"))
        archive.writestr("xl/_rels/workbook.xml.rels", RELS.format(target="worksheets/sheet1.xml", more=""))
        if path != "xl/worksheets/sheet1.xml":
            archive.writestr("xl/worksheets/sheet1.xml", SHEET.format(rows=HEAD, more=""))
        with archive.open(path, "w", force_zip64=True) as entry:
            entry.write(before)
            piece = filling * ((1 << 20) // len(filling))
            for _ in range(size >> 20):
                entry.write(piece)
    return held.getvalue()


def _many_entries(count: int) -> bytes:
    return book(SHEET.format(rows=HEAD, more=""), others={f"x/{number}": b"" for number in range(count)})


def _overlapping() -> bytes:
    made = bytearray(book(SHEET.format(rows=HEAD, more="")))
    place = made.rfind(b"PK\x01\x02")
    made[place + 42:place + 46] = struct.pack("<I", 0)  # the last entry's content is said to be the first's
    return bytes(made)


def _sheets() -> Iterator[Any]:
    cell = '<c r="{at}" t="inlineStr"><is><t>x</t></is></c>'
    rows = (
        f'<row r="2">{cell.format(at="XFD2")}</row>', f'<row r="2">{cell.format(at="ZZZZZZZ2")}</row>',
        f'<row r="99999999999">{cell.format(at="A9")}</row>', f'<row r="-1">{cell.format(at="A0")}</row>',
        f'<row r="2">{cell.format(at="")}</row>', '<row><c t="s"><v>999999999</v></c></row>',
        '<row><c t="s"><v>-1</v></c></row>', '<row><c s="99999999"><v>1</v></c></row>', "<row><c><v>1e999</v></c></row>",
        "<row><c><v>nan</v></c></row>", '<row><c t="e"><v>#REF!</v></c></row>', '<row><c t="d"><v>x</v></c></row>',
        "<row><c><f>WEBSERVICE(\"http://127.0.0.1:9\")</f><v>1</v></c></row>", "<row><c><v>-99999999</v></c></row>",
        "<row/>" * 300_000, f'<row r="2">{cell.format(at="A2") * 100_000}</row>',
        "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(2, 100_000)))
    for inside in rows:
        yield lambda inside=inside: book(SHEET.format(rows=HEAD + inside, more=""))
    yield lambda: book(SHEET.format(rows=HEAD, more="<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 200_000
                                    + "</mergeCells>"))
    yield lambda: book(SHEET.format(rows=HEAD, more=""), more=' TargetMode="External"')
    for target in ("../../../etc/passwd", "/etc/passwd", "http://127.0.0.1:9/x", "worksheets/none.xml", "workbook.xml"):
        yield lambda target=target: book(SHEET.format(rows=HEAD, more=""), target=target)
    for name in NAMES[:6]:
        yield lambda name=name: book(SHEET.format(rows=HEAD, more=""), name=name, others={name or "x": b"x"})
    yield lambda: book(SHEET.format(rows=HEAD, more=""), others={"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" * 1000})
    yield lambda: book(SHEET.format(rows=HEAD, more=""), others={"xl/externalLinks/externalLink1.xml": b"<x/>"})


def _sheet_texts() -> Iterator[Any]:
    for text in LIVE:
        shown = text.replace("&", "&amp;").replace("<", "&lt;")
        yield lambda shown=shown: book(SHEET.format(rows=HEAD + (
            f'<row r="2"><c r="A2" t="inlineStr"><is><t>2026-11-03 22:14</t></is></c><c r="B2" t="inlineStr"><is><t>'
            f"{shown}</t></is></c></row>"), more=""))


def _damaged_books() -> Iterator[Any]:
    whole = book(SHEET.format(rows=HEAD + '<row r="2"><c r="A2"><v>45000.5</v></c></row>' * 200, more=""))
    for seed in range(40):
        yield lambda seed=seed: _bitten(whole, seed)


def _bitten(whole: bytes, seed: int) -> bytes:
    chance, made = random.Random(seed), bytearray(whole)
    for _ in range(1 + seed):
        made[chance.randrange(4, len(made))] = chance.randrange(256)
    return bytes(made[:len(made) - chance.choice((0, 0, 10, 200))])


def _binary_books() -> Iterator[Any]:
    import xlwt

    made = xlwt.Workbook()
    sheet = made.add_sheet("通话")
    for place, title in enumerate(("时间", "号码", "内容")):
        sheet.write(0, place, title)
    for row in range(1, 60):
        for place, text in enumerate(("2026-11-03 22:14:00", "13800001234", LIVE[row % 13].replace("\x00", ""))):
            sheet.write(row, place, text)
    held = io.BytesIO()
    made.save(held)
    whole = held.getvalue()
    for seed in range(40):
        yield lambda seed=seed: _bitten(whole, seed)
    for cut in (8, 512, 600, 1024, 2048, 4000):
        yield lambda cut=cut: whole[:cut]
    for place in (24, 30, 44, 48, 56, 60, 64, 68, 72, 76):  # the header's sizes and chains
        for value in (0xFFFFFFFE, 0x7FFFFFFF):
            yield lambda place=place, value=value: whole[:place] + struct.pack("<I", value) + whole[place + 4:]


def _csv_texts() -> Iterator[Any]:
    for text in LIVE:
        quoted = text.replace('"', '""')
        yield lambda quoted=quoted: f'时间,号码,内容\n2026-11-03 22:14,95588,"{quoted}"\n'.encode("utf-8", "surrogatepass")


def _csv_shapes() -> Iterator[Any]:
    head = b"time,number,words\n"
    yield lambda: head + b'2026-11-03 22:14,1,"' + b"x" * (200 << 20) + b'"\n'
    yield lambda: head + b"2026-11-03 22:14,1," + b"x" * (60 << 20)
    yield lambda: head + b'2026-11-03 22:14,1,"never closed\n' + b"2026-11-03 22:14,1,x\n" * 200_000
    yield lambda: b"," * (30 << 20)
    yield lambda: (b"," * 100_000 + b"\n") * 100
    yield lambda: b"\n" * (20 << 20)
    yield lambda: b'"' * (10 << 20)
    yield lambda: head + b"2026-11-03 22:14,1,\x00\x00\n" * 1000
    yield lambda: head + b"\r" * 1_000_000
    yield lambda: head + "٢٠٢٦-١١-٠٣,1,x\n".encode()
    yield lambda: head + b"9" * 5000 + b",1,x\n"
    yield lambda: b"time,duration\n2026-11-03," + b"9" * 100_000 + b"\n"


def _encodings() -> Iterator[Any]:
    text = "时间,号码,内容\n2026-11-03 22:14,95588,再不还钱就告诉你单位𫖮\n" * 50
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-32", "big5", "shift_jis",
                     "utf-7"):
        yield lambda encoding=encoding: text.encode(encoding, "replace")
        yield lambda encoding=encoding: text.encode(encoding, "replace")[:-1] + b"\xff\xfe\x80"
    yield lambda: text.encode() + text.encode("gb18030")
    yield lambda: backup(ROW.format(body="x")).decode().encode("utf-16")
    yield lambda: backup(ROW.format(body="x")).replace(b"UTF-8", b"no-such-encoding")
    yield lambda: backup(ROW.format(body="\u00ff")).replace(b"\xc3\xbf", b"\xff")


def _noise() -> Iterator[Any]:
    for seed in range(20):
        yield lambda seed=seed: random.Random(seed).randbytes(1 << (seed % 20))
    for mark in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"SQLite format 3\x00", b"From x\n", b"%PDF-1.7",
                 b"<smses count='1'>", b"\x89PNG\r\n\x1a\n", b"\xff\xfe", b"\x1f\x8b", b"MZ", b"{", b"["):
        for seed in range(2):
            yield lambda mark=mark, seed=seed: mark + random.Random(seed).randbytes(20_000)
    yield lambda: zlib.compress(b"x" * (1 << 20))
    yield lambda: b"[" * 1_000_000
    yield lambda: b"\x00" * (10 << 20)


def _truncated() -> Iterator[Any]:
    whole = backup("\n".join(ROW.format(body="x") for _ in range(10)), count=10)
    for cut in (0, 1, 20, 60, 80, 100, 140, 200, 500, len(whole) - 3):
        yield lambda cut=cut: whole[:cut]
