"""A masked copy shows no number of a person: not as text, not in a bookmark, not to the eye."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from casedesk.base.errors import DocumentError, InvalidEntry, VerificationFailed
from casedesk.casework import copies, documents, evidence, filings, maskings, package
from casedesk.casework.copies import For
from casedesk.casework.forms import find_form
from casedesk.casework.personal_data import doubtful, finder, phone_spans, spans, typed_phones
from casedesk.exports.cleaning import Found, masked
from casedesk.exports.columns import Reading
from casedesk.exports.redaction import Treatment, redact
from casedesk.records import Client, ContactPerson, Evidence, Incident, Matter
from casedesk.records.words import IdentityKind, MaskDecision, RecipientKind
from casedesk.store.cabinet import Store

ID, PHONE = "11010519491231002X", "13800001234"


def read(path: Path) -> str:
    document = pypdfium2.PdfDocument(path)
    text = "".join("".join(page.get_textpage().get_text_range().split()) for page in document)
    document.close()
    return text


def streams(path: Path) -> bytes:
    """Every stream and string of a PDF, opened."""
    with pikepdf.open(path) as pdf:
        return b"".join(one.read_bytes() if isinstance(one, pikepdf.Stream) and one.get("/Filter") != "/DCTDecode"
                        else repr(one).encode() for one in pdf.objects)


def test_a_copy_withholds_numbers_and_lists_them(store: Store, matter: Matter, tmp_path: Path) -> None:
    sheet = tmp_path / f"{ID} 记录.txt"
    sheet.write_text(f"身份证 {ID}\n母亲电话 138-0000-1234\n来电 02888880001", encoding="utf-8")
    evidence.add_files(store, matter.id, [sheet])
    with store.work() as session:
        session.add_all([ContactPerson(matter_id=matter.id, name="林母", phone=PHONE),
                         Incident(matter_id=matter.id, words=f"你母亲是{PHONE}吧，身份证{ID}")])
    package.write(store, matter.id, tmp_path / "full", find_form("cn-stop-contact"), lang="zh")
    assert ID in read(tmp_path / "full" / "证据册.pdf")
    done = copies.masked_copy(store, matter.id, tmp_path / "full", tmp_path / "copy", recipient=For("催收机构"),
                              lang="zh").files
    assert set(done) == {"证据册.pdf", "停止联系第三人通知.pdf"}
    names = {path.relative_to(tmp_path / "copy").as_posix() for path in (tmp_path / "copy").rglob("*")}
    assert names == {*done, "遮盖清单.pdf", "文件哈希清单.pdf", "manifest.json", "verify.py"}
    for name in done:
        text = read(tmp_path / "copy" / name)
        assert ID not in text
        assert PHONE not in text.replace("-", "")
        assert ID.encode() not in streams(tmp_path / "copy" / name)
    assert "02888880001" not in read(tmp_path / "copy" / "证据册.pdf")  # its page is a picture now
    listed = read(tmp_path / "copy" / "遮盖清单.pdf")
    for wanted in ("催收机构", "居民身份证号…002X", "第三人电话…1234", "工作簿.xlsx", "originals/0001"):
        assert wanted in listed, listed
    assert ID not in listed
    assert "校验" in listed
    assert package.verify(tmp_path / "copy.zip") == []
    with pytest.raises(DocumentError):
        copies.masked_copy(store, matter.id, tmp_path / "full", tmp_path / "copy", recipient=For("x"), lang="zh")
    zipped = copies.masked_copy(store, matter.id, tmp_path / "full.zip", tmp_path / "of zip", recipient=For("x"),
                                lang="en")
    assert set(zipped.files) == set(done)
    with store.work() as session:
        other = Matter(ref="B-2", name="另案", client_id=matter.client_id)
        session.add(other)
    with pytest.raises(InvalidEntry, match="A-1"):  # the numbers of that matter are not known here
        copies.masked_copy(store, other.id, tmp_path / "full", tmp_path / "wrong", recipient=For("x"), lang="zh")
    with pytest.raises(InvalidEntry, match="催收机构"):
        copies.masked_copy(store, matter.id, tmp_path / "copy", tmp_path / "twice", recipient=For("x"), lang="zh")
    with pytest.raises(InvalidEntry, match="催收机构"):
        filings.filed(store, matter.id, tmp_path / "copy.zip", recipient="x", filed_on=dt.date(2026, 11, 27))
    (tmp_path / "full" / "证据册.pdf").write_bytes(b"x")
    with pytest.raises(VerificationFailed):
        copies.masked_copy(store, matter.id, tmp_path / "full", tmp_path / "other", recipient=For("x"), lang="zh")


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_the_place_is_black_however_the_page_is_turned(tmp_path: Path, rotate: int) -> None:
    source = tmp_path / "in.pdf"
    canvas = Canvas(str(source), pagesize=(400, 300), initialFontName="Helvetica")
    canvas.setTitle(ID)
    canvas.drawString(120, 150, "before " + ID + " after")
    canvas.drawString(120, 100, "6222 0000 split 0000")
    canvas.bookmarkPage("a")
    canvas.addOutlineEntry(f"see {ID}", "a")
    canvas.showPage()
    canvas.drawString(50, 50, "nothing here")
    canvas.save()
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        pdf.pages[0].Rotate = rotate
        pdf.pages[0].CropBox = pikepdf.Array([20, 30, 390, 290])
        pdf.save(source)
    found = redact(source, tmp_path / "out.pdf", lambda text: list(spans(text)))
    assert [(one.page, one.tail) for one in found.withheld] == [(1, "002X")]
    assert ID.encode() not in streams(tmp_path / "out.pdf")
    document = pypdfium2.PdfDocument(tmp_path / "out.pdf")
    assert [item.get_title() for item in document.get_toc()] == ["see **************002X"]
    assert document[1].get_textpage().get_text_range() == "nothing here"
    image = document[0].render(scale=1).to_pil().convert("L")
    dark = sum(image.histogram()[:40])
    assert dark > 500  # a bar of eighteen signs
    assert (image.width > image.height) == (rotate in (0, 180))
    document.close()


def test_a_number_broken_over_two_lines_is_found(tmp_path: Path) -> None:
    source = tmp_path / "in.pdf"
    canvas = Canvas(str(source), pagesize=(400, 300), initialFontName="Helvetica")
    canvas.drawString(50, 150, "id 1101051949")
    canvas.drawString(50, 135, "1231002X end")
    canvas.drawString(50, 120, "row 7")
    canvas.drawString(50, 105, ID)
    canvas.showPage()
    canvas.drawString(50, 150, "22:30")
    canvas.drawString(150, 160, "075588880001")  # together with the minutes a valid card number
    canvas.drawString(50, 100, "for 2:43")
    canvas.drawString(50, 85, "17012345678")  # and this one
    canvas.save()
    found = redact(source, tmp_path / "out.pdf", lambda text: list(spans(text)))
    assert [one.page for one in found.withheld] == [1, 1]


def test_nothing_is_left_where_a_reader_does_not_look(tmp_path: Path) -> None:
    from pikepdf import AttachedFileSpec, Dictionary, Name, String

    canvas = Canvas(str(tmp_path / "a.pdf"))
    canvas.drawString(72, 700, "nothing to be seen")
    canvas.linkURL(f"https://example.org/?id={ID}", (72, 600, 200, 620))
    canvas.save()
    with pikepdf.open(tmp_path / "a.pdf", allow_overwriting_input=True) as pdf:
        page = pdf.pages[0].obj
        looks = pdf.make_stream(f"BT /F1 12 Tf ({ID}) Tj ET".encode(), Type=Name.XObject, Subtype=Name.Form,
                                BBox=[0, 0, 200, 20])
        page.Annots.append(pdf.make_indirect(Dictionary(
            Type=Name.Annot, Subtype=Name.FreeText, Rect=[72, 500, 272, 520], Contents=String(f"note {ID}"),
            AP=Dictionary(N=looks))))
        page.PieceInfo = Dictionary(X=Dictionary(Private=String(ID)))
        page.Metadata = pdf.make_stream(ID.encode(), Type=Name.Metadata, Subtype=Name.XML)
        with pdf.open_metadata() as meta:
            meta["dc:title"] = ID
        pdf.docinfo["/Subject"] = ID
        pdf.attachments["a"] = AttachedFileSpec(pdf, ID.encode(), filename=f"{ID}.txt")
        pdf.save(tmp_path / "a.pdf")
    assert ID.encode() in streams(tmp_path / "a.pdf")
    done = redact(tmp_path / "a.pdf", tmp_path / "b.pdf", lambda text: list(spans(text)))
    assert [(one.page, one.kind) for one in done.withheld] == [(1, "Notes and marks")]
    assert ID.encode() not in streams(tmp_path / "b.pdf")
    assert "nothingtobeseen" in read(tmp_path / "b.pdf")


@pytest.mark.parametrize("written", [
    "1101 0519 4912 3100 2x", "110105-19491231-002X", "１１０１０５１９４９１２３１００２Ｘ", "3 11010519491231002X",
    "1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X", "110105\u200b19491231\u00a0002X", "4111 1111 1111 1111",
    "4111\u30001111\u30001111\u30001111", "４１１１－１１１１－１１１１－１１１１", "411111 1111111111",
    "110105491231002", "4111.1111.1111.1111", "4111/1111/1111/1111", "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
    "622 202 020 001 234 567 0", "6222020200012345670", "9558800200001234562", "5105105105105100", "378282246310005",
    "219-09-9999", "219 09 9999", "219.09.9999", "AB 12 34 56 C", "ab-12-34-56-c", "11O10519491231OO2X",
    "6222,0202,0001,2345,670"])
def test_a_number_is_found_however_its_digits_are_written_and_parted(written: str) -> None:
    [found] = spans(f"号码：{written}。")
    assert written.endswith(f"号码：{written}。"[found.start:found.end])


@pytest.mark.parametrize("other", [
    "2026-11-03 2026-11-05", "13800000000 13900000000", "110105194912310021", "4111111111111112",
    "2026110300000009", "990105491231002", "110105491331002", "20261103 20261105 22", "5.20 6.30 8.11 7.13 5.10",
    "a" * 30 + "6222020200012345670" + "b" * 15, "（2026）京0105民初12345号", "219099999",
    "31 11-04 11-08 11-12 11-16", "GB 12 34 56 C"])
def test_other_digits_are_no_number_of_a_person(other: str) -> None:
    assert list(spans(other)) == []


def test_what_cannot_be_found_again_after_redaction_is_an_error_else(tmp_path: Path) -> None:
    source = tmp_path / "in.pdf"
    canvas = Canvas(str(source), pagesize=(400, 300), initialFontName="Helvetica")
    canvas.drawString(50, 150, "x")
    canvas.addOutlineEntry("secret", "a")
    canvas.bookmarkPage("a")
    canvas.save()

    def stubborn(text: str) -> list[Found]:
        return [Found("kind", 0, 0)] if "secret" in text else []

    with pytest.raises(DocumentError, match="bookmark"):
        redact(source, tmp_path / "out.pdf", stubborn)
    assert not (tmp_path / "out.pdf").exists()


@pytest.mark.parametrize(("text", "doubt"), [
    ("6222 0000 0000 0000 001", True), ("622200000000000001", True), ("110105194912310021", True),
    (ID, False), ("2026-11-03 13900001234", False), ("a3" * 32, False), (f"{ID} and 6222000000000000001", True),
])
def test_digits_that_fail_a_check_are_to_be_looked_at(text: str, doubt: bool) -> None:
    assert doubtful(text, lambda text: list(spans(text))) is doubt


def test_telephones_are_found_however_they_are_written() -> None:
    text = "138-0000-1234 / 138 0000 1234 / +8613800001234 / １３８００００１２３４ / 138000012345"
    assert len(list(phone_spans(text, [f"+86 {PHONE}", "110"]))) == 4
    assert masked(f"a {ID}", lambda given: list(spans(given))) == "a **************002X"


@pytest.mark.parametrize("held", [
    "13800001234（妈妈）", "妈妈 138OOOO1234", "138 0000 l234 or 13900001234", "13900001234 13800001234",
    "138 0000 1234 (weixin: ab12345678)", "13800001234转5"])
def test_a_telephone_is_found_whatever_was_typed_beside_it(held: str) -> None:
    assert len(list(phone_spans("call 138-0000-1234 / 138OOOO1234", list(typed_phones(held))))) == 2


@pytest.mark.parametrize("shown", [
    "6222020200012345670 2026-11-03", "6222 0202 0001 2345 670 2500 3000", "12 6222020200012345670 2500.00",
    "卡号6222020200012345670元", "ICBC6222020200012345670", "SSN: 219099999"])
def test_a_number_is_found_beside_other_digits_and_letters(shown: str) -> None:
    tails = {"".join(filter(str.isdigit, shown[one.start:one.end]))[-4:] for one in spans(shown)}
    assert tails & {"5670", "9999"}


@pytest.mark.parametrize(("known", "region", "shown"), [
    ("07911 123456", "GB", "+44 (0)7911 123456"), ("+447911123456", "GB", "07911-123456"),
    ("(212) 555-0123", "US", "212.555.0123"), ("+1 212 555 0123", "US", "(212) 555-0123"),
    ("020-12345678", "CN", "(020) 1234 5678"), ("02012345678", "CN", "+86 20 1234 5678")])
def test_a_telephone_is_found_as_it_is_written_at_home_and_from_abroad(known: str, region: str, shown: str) -> None:
    assert [text[one.start:one.end].strip("+(") for text in [f"tel {shown}, ok"]
            for one in phone_spans(text, [known], region)] == [shown.strip("+(")]
    assert not list(phone_spans("212555012 / 20123456789 / 4479111234567", [known], region))


def test_documents_of_the_records_are_withheld_though_no_check_knows_them(
        store: Store, matter: Matter, tmp_path: Path) -> None:
    with store.work() as session:
        client = session.get_one(Client, matter.client_id)
        client.identity_kind, client.identity_number = IdentityKind.PASSPORT, "E12345678"
        session.add(ContactPerson(matter_id=matter.id, name="林母", phone="13800001234；020-12345678"))
    with documents.dossier(store, matter.id, "zh") as dossier:
        find = finder(dossier)
    assert masked("护照 e 1234 5678, 13800001234, 02012345678", find) == "护照 *******5678, *******1234, *******5678"


@pytest.mark.parametrize("hidden", ["comment", "unused", "nothing tall", "thumbnail", "own key", "beside", "dest"])
def test_nothing_is_left_where_nothing_is_drawn(tmp_path: Path, hidden: str) -> None:
    from pikepdf import Array, Dictionary, Name, String

    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(400, 300), initialFontName="Helvetica")
    canvas.drawString(72, 200, "nothing to be seen")
    canvas.save()
    with pikepdf.open(tmp_path / "a.pdf", allow_overwriting_input=True) as pdf:
        page = pdf.pages[0]
        drawn = {"comment": f"% {ID}\nq Q", "nothing tall": f"BT /F1 0 Tf 50 50 Td ({ID}) Tj ET",
                 "beside": f"BT /F1 12 Tf 50 -50 Td ({ID}) Tj ET"}.get(hidden, "")
        page.contents_add(pdf.make_stream(drawn.encode()))
        if hidden == "unused":
            page.Resources.XObject = Dictionary(X=pdf.make_stream(
                f"({ID}) Tj".encode(), Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9]))
        elif hidden == "thumbnail":
            page.obj.Thumb = pdf.make_stream(ID.encode())
        elif hidden == "own key":
            page.obj.Own = pdf.Root.Own = String(ID.encode("utf-16-be"))
        elif hidden == "dest":
            pdf.Root.Dests = Dictionary({f"/{ID}": Array([page.obj, Name.Fit])})
        pdf.save(tmp_path / "a.pdf")
    assert any(secret in streams(tmp_path / "a.pdf") for secret in (ID.encode(), ID.encode("utf-16-be"), b"x00X"))
    redact(tmp_path / "a.pdf", tmp_path / "b.pdf", lambda text: list(spans(text)))
    left = streams(tmp_path / "b.pdf")
    assert ID.encode() not in left
    assert ID.encode("utf-16-be") not in left


def test_on_a_scan_a_little_more_is_black_than_its_text_says(tmp_path: Path) -> None:
    scan = Image.new("RGB", (800, 600), "white")
    ImageDraw.Draw(scan).rectangle((95, 295, 320, 325), (250, 20, 20))  # the text lies a little beside and below
    scan.save(tmp_path / "scan.png")
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(400, 300), initialFontName="Helvetica")
    canvas.drawImage(str(tmp_path / "scan.png"), 0, 0, 400, 300)
    written = canvas.beginText(52, 137)
    written.setTextRenderMode(3)
    written.textOut(ID)
    canvas.drawText(written)
    canvas.save()
    done = redact(tmp_path / "a.pdf", tmp_path / "b.pdf", lambda text: list(spans(text)))
    assert done.pictures == [1]
    assert reds(tmp_path / "b.pdf") == 0


def test_a_scan_whose_text_may_lie_elsewhere_is_withheld_where_nobody_looked(tmp_path: Path) -> None:
    scan = Image.new("RGB", (800, 600), "white")
    ImageDraw.Draw(scan).rectangle((95, 95, 320, 125), (250, 20, 20))  # the text lies far below
    scan.save(tmp_path / "scan.png")
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(400, 300), initialFontName="Helvetica")
    for said in (ID, "nothing"):
        canvas.drawImage(str(tmp_path / "scan.png"), 0, 0, 400, 300)
        written = canvas.beginText(52, 37)
        written.setTextRenderMode(3)
        written.textOut(said)
        canvas.drawText(written)
        canvas.showPage()
    canvas.save()
    unsure = Treatment(unsure=["not sure"])
    done = redact(tmp_path / "a.pdf", tmp_path / "b.pdf", lambda text: list(spans(text)), {0: unsure, 1: unsure})
    assert [(one.page, one.tail) for one in done.withheld] == [(1, "002X")]
    assert done.pictures == [2]
    assert read(tmp_path / "b.pdf") == "notsurenothing"


def written(path: Path, *pages: list[tuple[int, int, str]]) -> Path:
    canvas = Canvas(str(path), pagesize=(400, 300), initialFontName="Helvetica")
    for page in pages:
        for x, y, text in page:
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return path


@pytest.mark.parametrize("pages", [
    [[(30, 40, "ID 1101051949"), (200, 20, "3")], [(30, 250, "1231002X as said")]],
    [[(30, 200, "1"), (50, 200, "Zhang"), (150, 200, "11010519"), (300, 200, "a note"), (150, 188, "491231002X"),
      (300, 188, "goes on")]],
    [[(30, 200, "left"), (250, 200, "right"), (30, 185, "ID 11010519"), (250, 185, "words"), (30, 170, "4912 3100 2X"),
      (250, 170, "more")]]], ids=["over two pages", "in a cell", "in a column"])
def test_a_number_is_found_down_its_cell_and_over_the_end_of_a_page(
        tmp_path: Path, pages: list[list[tuple[int, int, str]]]) -> None:
    done = redact(written(tmp_path / "a.pdf", *pages), tmp_path / "b.pdf", lambda text: list(spans(text)))
    assert {one.page for one in done.withheld} == set(range(1, len(pages) + 1))
    assert read(tmp_path / "b.pdf") == ""


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@pytest.mark.parametrize("rotate", [0, 90])
@pytest.mark.parametrize("lines", [
    ["ID 1101051949", "1231002X"], ["11010519491231002", "X"], ["owner", "110105", "19491231", "002X as said"],
    ["No. 11", "01051949123100", "2X"], ["6222", "0202", "0000", "0005"]])
@pytest.mark.parametrize("align", [0.0, 0.5, 1.0])
def test_a_number_is_found_in_its_cell_whatever_way_this_is_turned_and_set(
        tmp_path: Path, turned: int, rotate: int, lines: list[str], align: float) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(400, 400), initialFontName="Helvetica")
    canvas.translate(200, 200)
    canvas.rotate(turned)
    for row, line in enumerate(lines):  # between its neighbours, drawn line by line
        canvas.drawString(-150, -15 * row, "called")
        canvas.drawString(-60 + (100 - stringWidth(line, "Helvetica", 12)) * align, -15 * row, line)
        canvas.drawString(80, -15 * row, f"12:3{row}")
    canvas.save()
    with pikepdf.open(tmp_path / "a.pdf", allow_overwriting_input=True) as pdf:
        pdf.pages[0].obj.Rotate = rotate
        pdf.save(tmp_path / "a.pdf")
    document = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    found = {tuple(filter(str.isalnum, hit.text)) for hit in Reading(document[0]).hits(lambda text: list(spans(text)))}
    document.close()
    assert found == {tuple(re.findall("[0-9X]", "".join(lines)))}


def test_what_runs_over_the_edge_of_its_page_is_black_on_it(tmp_path: Path) -> None:
    redact(written(tmp_path / "a.pdf", [(-20, 100, ID), (330, 50, ID)]), tmp_path / "b.pdf",
           lambda text: list(spans(text)))
    assert read(tmp_path / "b.pdf") == ""


def test_a_bank_card_is_not_made_of_the_digits_of_two_cells(tmp_path: Path) -> None:
    sources = {written(tmp_path / f"{number}.pdf", [(30 + at * apart, 200, part) for at, part in enumerate(parts)])
               for number, (parts, apart) in enumerate([(["41111111", "11111111"], 150), (["4111"] + ["1111"] * 3, 60),
                                                        (list("4111111111111111"), 21)])}
    found = [redact(source, tmp_path / "b.pdf", lambda text: list(spans(text))).withheld for source in sorted(sources)]
    assert [len(one) for one in found] == [0, 1, 1]


def test_a_column_of_numbers_is_no_number_broken_into_lines(tmp_path: Path) -> None:
    column = [(x, 250 - 12 * row, text) for row in range(3) for x, text in ((30, "a"), (60, "41111111"), (150, "b"))]
    column[4] = (60, 238, "11111111")
    broken = [(260, 250, "c"), (300, 250, "41111111"), (260, 238, "d"), (300, 238, "11111111")]
    source = written(tmp_path / "a.pdf", column, broken)
    assert [one.page for one in redact(source, tmp_path / "b.pdf", lambda text: list(spans(text))).withheld] == [2]


@pytest.mark.parametrize("turned", [0, 15, 180, 270])
def test_a_number_is_found_in_whatever_order_its_digits_are_drawn(tmp_path: Path, turned: int) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(400, 300), initialFontName="Helvetica")
    canvas.translate(200, 150)
    canvas.rotate(turned)
    for place in sorted(range(len(ID)), key=lambda place: place * 7 % 18):
        canvas.drawString(place * 8 - 60, 0, ID[place])
    canvas.save()
    assert [one.tail for one in redact(tmp_path / "a.pdf", tmp_path / "b.pdf", lambda text: list(spans(text))).withheld
            ] == ["002X"]


def test_digits_of_neighbouring_cells_are_no_number(tmp_path: Path) -> None:
    rows = [(x, 200 - 15 * y, text) for y, line in enumerate((("41111111", "ab", "222"), ("11111111", "cd", "333")))
            for x, text in zip((200, 100, 30), line, strict=True)]
    source = written(tmp_path / "a.pdf", [*rows, (30, 100, "4111"), (60, 85, "111111111111")])
    assert [one.tail for one in redact(source, tmp_path / "b.pdf", lambda text: list(spans(text))).withheld] == ["1111"]


SECRET = (250, 20, 20)


@pytest.fixture
def pictured(store: Store, matter: Matter, tmp_path: Path) -> Path:
    """A package with a long screenshot, over several pages, in whose middle something red is not for everybody."""
    picture = Image.new("RGB", (600, 4000), "white")
    ImageDraw.Draw(picture).rectangle((100, 300, 500, 380), SECRET)
    picture.save(tmp_path / "shot.png")
    picture.save(tmp_path / "scan.pdf")
    evidence.add_files(store, matter.id, [tmp_path / "shot.png", tmp_path / "scan.pdf"])
    package.write(store, matter.id, tmp_path / "full", find_form("cn-court"), lang="zh")
    return tmp_path / "full"


def reds(path: Path) -> int:
    """Red dots anywhere: on the pages as they look, and in every picture that lies in the file."""
    document = pypdfium2.PdfDocument(path)
    seen = [page.render(scale=1).to_pil() for page in document]
    document.close()
    with pikepdf.open(path) as pdf:
        seen += [pikepdf.PdfImage(one).as_pil_image() for one in pdf.objects
                 if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"]
    return sum(1 for image in seen for count, colour in image.convert("RGB").getcolors(1 << 24) or []
               if colour[0] > 200 and max(colour[1:]) < 90 and count)


def masked_for(store: Store, matter: Matter, packed: Path, name: str, recipient: For) -> tuple[Path, list[str]]:
    done = copies.masked_copy(store, matter.id, packed, packed.parent / name, recipient=recipient, lang="zh")
    assert package.verify(packed.parent / name) == []
    return packed.parent / name / "证据册.pdf", [one.how for one in done.pictured]


def red_place(shown: maskings.Exhibit) -> dict[int, list[maskings.Part]]:
    """Where the red is on the exhibit's pages."""
    document = pypdfium2.PdfDocument(shown.pdf)
    found: dict[int, list[maskings.Part]] = {}
    for number, page in enumerate(document, 1):
        image = page.render(scale=1).to_pil().convert("RGB")
        dots = [(x, y) for x in range(image.width) for y in range(image.height)
                if image.getpixel((x, y))[0] > 200 and max(image.getpixel((x, y))[1:]) < 90]
        if dots:
            xs, ys = [x for x, _ in dots], [y for _, y in dots]
            found[number] = [(max(0, (min(xs) - 2) / image.width), max(0, (min(ys) - 2) / image.height),
                              min(1, (max(xs) + 3) / image.width), min(1, (max(ys) + 3) / image.height))]
    document.close()
    return found


def test_an_exhibit_with_pictures_is_withheld_until_somebody_decided(
        store: Store, matter: Matter, pictured: Path) -> None:
    assert reds(pictured / "证据册.pdf")
    bundle, how = masked_for(store, matter, pictured, "first", For("某协会"))
    assert how == ["undecided", "undecided"]
    assert reds(bundle) == 0
    assert "shot" in read(bundle)
    listed = read(bundle.parent / "遮盖清单.pdf")
    assert "图片尚未遮盖" in listed
    with pikepdf.open(bundle) as copy, pikepdf.open(pictured / "证据册.pdf") as whole:
        assert len(copy.pages) == len(whole.pages)
    bundle, how = masked_for(store, matter, pictured, "second", For("某协会", unmasked=True))
    assert how == ["unmasked", "unmasked"]
    assert reds(bundle)


def test_what_was_marked_is_black_and_gone_from_every_page_that_shows_the_picture(
        store: Store, matter: Matter, pictured: Path) -> None:
    with store.read() as session:
        kept = session.query(Evidence).order_by(Evidence.id).all()
    for one in kept:
        shown = maskings.exhibit(store, one.id)
        places = maskings.placed(shown, red_place(shown))
        assert places
        maskings.decide(store, one.id, RecipientKind.ASSOCIATION, MaskDecision.BLACKED, places)
    bundle, how = masked_for(store, matter, pictured, "masked", For("某协会", RecipientKind.ASSOCIATION))
    assert how == ["blacked", "blacked"]
    assert reds(bundle) == 0
    assert read(bundle).count("shot") < read(pictured / "证据册.pdf").count("shot") + 1
    _, how = masked_for(store, matter, pictured, "other", For("某监管局", RecipientKind.REGULATOR))
    assert how == ["undecided", "undecided"]
    maskings.decide(store, kept[0].id, RecipientKind.ANY, MaskDecision.SHOWN)
    maskings.decide(store, kept[1].id, RecipientKind.REGULATOR, MaskDecision.WITHHELD)
    _, how = masked_for(store, matter, pictured, "third", For("某监管局", RecipientKind.REGULATOR))
    assert how == ["shown", "withheld"]
    maskings.decide(store, kept[0].id, RecipientKind.ANY, None)
    with store.read() as session:
        assert len(session.get_one(Evidence, kept[0].id).maskings) == 1


def test_a_place_that_is_none_is_refused_and_one_of_another_page_size_does_not_count(
        store: Store, matter: Matter, pictured: Path) -> None:
    with store.read() as session:
        one = session.query(Evidence).order_by(Evidence.id).first()
        assert one is not None
    shown = maskings.exhibit(store, one.id)
    for marked in ({9: [(0.1, 0.1, 0.2, 0.2)]}, {1: [(0.5, 0.1, 0.2, 0.2)]}, {1: [(0.1, 0.1, 0.2, 1.2)]}):
        with pytest.raises(InvalidEntry):
            maskings.placed(shown, marked)
    with pytest.raises(InvalidEntry):
        maskings.decide(store, one.id, RecipientKind.ANY, MaskDecision.BLACKED)
    [place] = maskings.placed(shown, {1: [(0.1, 0.1, 0.2, 0.2)]})
    maskings.decide(store, one.id, RecipientKind.ANY, MaskDecision.BLACKED, [place._replace(width=612, height=792)])
    _, how = masked_for(store, matter, pictured, "copy", For("某协会"))
    assert how == ["undecided", "undecided"]
