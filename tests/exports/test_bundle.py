"""The evidence bundle: one map of pages, nothing left out, the same bytes each time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from casedesk.base.errors import CasedeskError, DocumentError, VerificationFailed
from casedesk.base.i18n import Language
from casedesk.base.typed_time import Precision
from casedesk.exports import bundle
from casedesk.exports.bundle import profile_ids
from casedesk.exports.exhibits import assembly
from casedesk.exports.pages import BAND
from casedesk.records import Evidence
from tests.exports import dossiers
from tests.exports.dossiers import DATA
from tests.exports.exhibit_files import alike, drawn, picture, saved

PDFS = sorted((DATA / "pdf").glob("*.pdf"))
EVERY = [(name, lang) for name in profile_ids() for lang in ("zh", "en")]


def texts(path: Path) -> list[str]:
    """What a reader finds on each page."""
    document = pypdfium2.PdfDocument(path)
    try:
        return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]
    finally:
        document.close()


def squeezed(text: str) -> str:
    return "".join(text.split())


def bookmarks(path: Path) -> list[tuple[int, str, int]]:
    """Depth, title and page, from 1, of every bookmark."""
    document = pypdfium2.PdfDocument(path)
    try:
        found = []
        for one in document.get_toc():
            target = one.get_dest()
            assert target is not None
            found.append((one.level, one.get_title(), target.get_index() + 1))
        return found
    finally:
        document.close()


def links(pdf: pikepdf.Pdf, page: int) -> Iterator[tuple[tuple[float, ...], int]]:
    """Rectangle and target page, both as a reader sees them, of our links on a page counted from 1."""
    numbers = {one.obj.objgen: number for number, one in enumerate(pdf.pages, 1)}
    for link in pdf.pages[page - 1].obj.get("/Annots", []):
        yield tuple(float(value) for value in link["/Rect"]), numbers[link["/Dest"][0].objgen]


@pytest.fixture(scope="module", params=EVERY, ids="-".join)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bundle.Result, str]:
    name, lang = request.param
    out = tmp_path_factory.mktemp("bundle") / "bundle.pdf"
    return out, bundle.write(dossiers.rich(), out, profile=name, lang=lang), name


def test_the_number_on_each_page_is_its_place(made: tuple[Path, bundle.Result, str]) -> None:
    out, result, name = made
    document = pypdfium2.PdfDocument(out)
    assert len(document) == result.pages
    for number, page in enumerate(document, 1):
        left, bottom, right, _ = page.get_mediabox()
        foot = page.get_textpage().get_text_bounded(left=left + 100, right=right, bottom=bottom, top=bottom + 22)
        digits = [int(found) for found in re.findall(r"\d+", foot)]
        assert digits == ([number] if name.startswith("ew-") else [number, result.pages])
        assert document.get_page_label(number - 1) == str(number)
    document.close()


def test_every_exhibit_is_where_the_index_says(made: tuple[Path, bundle.Result, str]) -> None:
    out, result, _ = made
    shown = texts(out)
    with pikepdf.open(out) as pdf:
        led = {page for _, page in links(pdf, 2)}
    for exhibit in result.exhibits:
        span = f"{exhibit.first}-{exhibit.last}" if exhibit.last > exhibit.first else str(exhibit.first)
        assert re.search(rf"^{exhibit.number}\b", shown[1], re.MULTILINE)
        assert re.search(rf"(?<![\d-]){span}(?![\d-])", shown[1])
        assert exhibit.first in led
        for page in range(exhibit.first, exhibit.last + 1):
            assert exhibit.number in " ".join(shown[page - 1].splitlines()[:2])


def test_links_lead_to_the_page_printed_beside_them(made: tuple[Path, bundle.Result, str]) -> None:
    out, result, _ = made
    document = pypdfium2.PdfDocument(out)
    checked = 0
    with pikepdf.open(out) as pdf:
        for number in range(2, result.exhibits[0].first):
            page = document[number - 1].get_textpage()
            for (left, bottom, right, top), target in links(pdf, number):
                printed = page.get_text_bounded(
                    left=max(left, right - 70), bottom=bottom - 1, right=right + 1, top=top + 1)
                if right > 500 and printed.strip().removesuffix("页")[-1:].isdigit():
                    assert re.search(rf"{target}(?:-\d+)?(?: 页)?\s*$", printed), printed
                    checked += 1
    document.close()
    assert checked > 100


def test_bookmarks_lead_where_things_begin(made: tuple[Path, bundle.Result, str]) -> None:
    out, result, name = made
    found = bookmarks(out)
    for exhibit in result.exhibits:
        assert exhibit.first == next(page for level, title, page in found
                                     if level == 1 and re.match(rf"\S*\s?{exhibit.number}\s", title))
    shown = texts(out)
    for _, title, page in found:
        if match := re.match(r"(\d+)  (\d{4}-\d\d-\d\d)", title):
            assert re.search(rf"(事件|Incident) {match[1]}\s{match[2]}", shown[page - 1]), title
    if name.startswith("ew-"):
        assert all(re.search(rf"\b{page}\b", title) for _, title, page in found)
    assert any(level == 0 and re.search("其他证据|Further evidence", title) for level, title, _ in found)
    outline = [title for level, title, _ in found if level == 2]
    assert any("Foo" in title for title in outline)


def test_words_and_names_are_found_as_they_were_logged(made: tuple[Path, bundle.Result, str]) -> None:
    out, _, _ = made
    whole = squeezed("".join(texts(out)))
    for words in (*dossiers.WORDS, "林𬭎", "㛃䶮信息技术服务有限公司", "通话录音"):
        assert squeezed(words) in whole


def test_it_is_a_sound_file_with_embedded_fonts(made: tuple[Path, bundle.Result, str]) -> None:
    out, _, name = made
    with pikepdf.open(out) as pdf:
        assert pdf.check_pdf_syntax() == []
        root = pdf.Root
        assert root.PageMode == pikepdf.Name.UseOutlines
        assert root.ViewerPreferences.DisplayDocTitle
        assert str(root.Lang) in {"zh-CN", "en"}
        assert "林𬭎" in str(pdf.docinfo["/Title"])
        assert set(pdf.docinfo.keys()) == {"/Title", "/Producer"}
        assert ("/OpenAction" in root) == (name.startswith("ew-"))
        for font in pdf.pages[0].obj.Resources.Font.values():
            assert "/FontFile2" in font.FontDescriptor


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_the_same_matter_gives_the_same_bytes(name: str, lang: Language, tmp_path: Path) -> None:
    one, other = tmp_path / "1.pdf", tmp_path / "2.pdf"
    for out in (one, other):
        bundle.write(dossiers.rich(12), out, profile=name, lang=lang)
    assert one.read_bytes() == other.read_bytes()


def test_the_date_is_that_of_the_latest_change_unless_one_is_given(tmp_path: Path) -> None:
    import datetime as dt

    out = tmp_path / "b.pdf"
    bundle.write(dossiers.rich(3), out)
    assert "2026年11月20日" in texts(out)[0]
    bundle.write(dossiers.rich(3), out, options=bundle.Options(dated=dt.date(2026, 12, 1)))
    assert "2026年12月1日" in texts(out)[0]


def test_groups_by_fact_then_place_then_date(tmp_path: Path) -> None:
    result = bundle.write(dossiers.rich(3), tmp_path / "b.pdf")
    index = texts(tmp_path / "b.pdf")[1]
    named = [index.index(name) for name in ("2026年11月3日短信", "通话录音", "运营商通话详单", "律师函", "与催收人员",
                                            "借款合同")]
    assert named == sorted(named)
    assert [one.number for one in result.exhibits] == ["1-1", "1-2", "1-3", "2-1", "2-2", "3-1"]


def test_the_index_of_a_chinese_court_is_signed_and_has_its_columns(tmp_path: Path) -> None:
    bundle.write(dossiers.rich(3), tmp_path / "b.pdf")
    index = texts(tmp_path / "b.pdf")[1]
    for text in ("序号", "证据名称", "证据种类", "来源", "证明目的", "页码", "份数", "提交人（签名或盖章）", "提交日期",
                 "（2026）浙0106民初12345号", "杭州市西湖区人民法院"):
        assert text in index
    bundle.write(dossiers.rich(3), tmp_path / "b.pdf",
                 options=bundle.Options(columns=("number", "name", "pages"), party="原告林𬭎"))
    index = texts(tmp_path / "b.pdf")[1]
    assert "证据种类" not in index
    assert "原告林𬭎" in index


def test_no_english_word_of_the_index_is_broken(tmp_path: Path) -> None:
    bundle.write(dossiers.rich(3), tmp_path / "b.pdf", lang="en")
    words = texts(tmp_path / "b.pdf")[1].split()

    assert {"Copies", "Original", "copy", "Kind", "Electronic"} <= set(words)


def test_a_long_index_moves_every_number_with_it(tmp_path: Path) -> None:
    one = (PDFS[0].parent / "minimal-document.pdf").read_bytes()
    _, dossier = dossiers.small([(one, f"paper {number}.pdf", "application/pdf") for number in range(150)])
    result = bundle.write(dossier, tmp_path / "b.pdf")
    shown = texts(tmp_path / "b.pdf")
    assert result.exhibits[0].first > 5
    index = "\n".join(shown[1:result.exhibits[0].first - 1])
    for exhibit in result.exhibits:
        named = int(exhibit.number.removeprefix("1-")) - 1
        assert re.search(rf"^{exhibit.number} paper {named}\.?\D*{exhibit.first}$", index, re.MULTILINE)
        assert f"证据{exhibit.number}" in shown[exhibit.first - 1]


def test_every_file_that_cannot_be_shown_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    _, dossier = dossiers.small([
        (PDFS[0].read_bytes(), "good.pdf", "application/pdf"), (b"%PDF-1.4 nonsense", "broken.pdf", "application/pdf"),
        (b"", "nothing.txt", "text/plain"),
        ((DATA / "pdf" / "libreoffice-writer-password.pdf").read_bytes(), "locked.pdf", "application/pdf")])
    out = tmp_path / "b.pdf"
    with pytest.raises(DocumentError) as refused:
        bundle.write(dossier, out, lang="en")
    told = str(refused.value)
    assert "\n" not in told
    assert all(name in told for name in ("broken.pdf", "nothing.txt", "locked.pdf"))
    assert "good.pdf" not in told
    assert list(tmp_path.iterdir()) == []
    result = bundle.write(dossier, out, lang="en", slip_sheets=True)
    assert len(result.exhibits) == 4
    assert {one.evidence for one in result.problems} >= {one.evidence for one in result.exhibits[1:]}


def test_a_password_opens_what_is_locked(tmp_path: Path) -> None:
    _, dossier = dossiers.small([
        ((DATA / "pdf" / "libreoffice-writer-password.pdf").read_bytes(), "locked.pdf", "application/pdf")])
    dossier.evidence[0].password = "openpassword"
    bundle.write(dossier, tmp_path / "b.pdf")
    with pikepdf.open(tmp_path / "b.pdf") as pdf:
        assert not pdf.is_encrypted


def test_a_file_that_changed_in_the_cabinet_is_named(tmp_path: Path) -> None:
    records, dossier = dossiers.small([(b"one", "one.txt", "text/plain"), (b"two", "two.txt", "text/plain")])

    def opened(one: Evidence) -> BytesIO:
        if one.file_name == "two.txt":
            raise VerificationFailed("It was changed.")
        return records.opened(one)

    with pytest.raises(CasedeskError, match=r"two\.txt"):
        bundle.write(replace(dossier, open_file=opened), tmp_path / "b.pdf")


@pytest.mark.parametrize("end", [
    b"q 0.1 0 0 0.1 0 0 cm 1 0 0 rg q q", b"Q Q Q 3 0 0 3 90 90 cm", b"(not closed", b"[ 1 2", b"<48",
    b"q 0 0 9 9 re W n", b"BI /W 9 /H 9 /BPC 8 /CS /G ID xx", b"BT 3 Tr",
    b"0 0 1 rg -500 -500 2000 500 re f", b"nonsense } >> ] (("])
def test_nothing_a_page_does_harms_its_stamp(end: bytes, tmp_path: Path) -> None:
    bands, heads = [], []
    for name, more in (("plain", b""), ("odd", end)):
        pdf = drawn()
        page = pdf.pages[0].obj
        page["/Contents"] = pdf.make_stream(page["/Contents"].read_bytes() + b"\n" + more)
        _, dossier = dossiers.small([(saved(pdf), "letter.pdf", "application/pdf")])
        out = tmp_path / f"{name}.pdf"
        result = bundle.write(dossier, out)
        seen = picture(out.read_bytes(), result.exhibits[0].first - 1, scale=1)
        bands.append(seen.crop((0, seen.height - round(BAND), *seen.size)))
        heads.append(seen.crop((0, 0, seen.width, seen.height - round(BAND))))

    assert bands[0].tobytes() == bands[1].tobytes()
    assert min(bands[0].convert("L").tobytes()) < 100
    assert alike(*heads)


def test_preflight_tells_before_anything_is_built() -> None:
    _, dossier = dossiers.small([
        (b"%PDF-1.4 nonsense", "broken.pdf", "application/pdf"), (b"hello", "a.txt", "text/plain"),
        (b"hello", "b.txt", "text/plain")])
    found = bundle.preflight(dossier, lang="en")
    assert [(one.evidence, one.blocking) for one in found] == [
        (dossier.evidence[0].uuid, True), (dossier.evidence[2].uuid, False)]
    assert "same file" in found[1].message


def test_what_is_not_for_the_bundle_stays_out(tmp_path: Path) -> None:
    _, dossier = dossiers.small([(b"one", "one.txt", "text/plain"), (b"two", "two.txt", "text/plain")])
    dossier.evidence[0].in_bundle = False
    result = bundle.write(dossier, tmp_path / "b.pdf")
    assert [one.evidence for one in result.exhibits] == [dossier.evidence[1].uuid]
    assert "one" not in squeezed("".join(texts(tmp_path / "b.pdf")))


def test_a_character_no_typeface_has_is_printed_by_its_code_and_told(tmp_path: Path) -> None:
    _, dossier = dossiers.small([(b"x", "x.txt", "text/plain")])
    dossier.evidence[0].name = "甲\U00012000乙"
    result = bundle.write(dossier, tmp_path / "b.pdf", lang="en")
    assert "甲[U+12000]乙" in squeezed(texts(tmp_path / "b.pdf")[1])
    assert [one.message for one in result.problems if one.evidence is None and "U+12000" in one.message]


def test_braces_and_marks_of_pdf_in_names_are_only_text(tmp_path: Path) -> None:
    _, dossier = dossiers.small([(b"x", "x.txt", "text/plain")])
    dossier.evidence[0].name = r"{page} (a\) <b> & %d {0}"
    dossier.evidence[0].fact = "{total} </Title>"
    bundle.write(dossier, tmp_path / "b.pdf")
    shown = texts(tmp_path / "b.pdf")
    assert squeezed(r"{page} (a\) <b> & %d {0}") in squeezed(shown[1])
    assert any(title.endswith("{total} </Title>") for _, title, _ in bookmarks(tmp_path / "b.pdf"))


def test_no_evidence_and_no_incident_still_make_a_bundle(tmp_path: Path) -> None:
    _, dossier = dossiers.small()
    result = bundle.write(dossier, tmp_path / "b.pdf")
    assert result.exhibits == []
    assert "没有选入证据" in texts(tmp_path / "b.pdf")[1]


def test_parts_can_be_left_out(tmp_path: Path) -> None:
    out = tmp_path / "b.pdf"
    result = bundle.write(dossiers.rich(5), out, options=bundle.Options(
        leave_out=frozenset({"cover", "statistics", "chronology", "sheets"})))
    assert result.exhibits[0].first == 2
    assert "另附" not in texts(out)[0]


def test_several_pictures_share_a_sheet(tmp_path: Path) -> None:
    shots = [(dossiers.screenshot(f"shot {number}", (300, 500)), f"shot{number}.jpg", "image/jpeg")
             for number in range(5)]
    _, dossier = dossiers.small(shots)
    result = bundle.write(dossier, tmp_path / "b.pdf", options=bundle.Options(pictures_a_sheet=4))
    first = result.exhibits[0].first
    assert [one.first - first for one in result.exhibits] == [0, 0, 0, 0, 1]
    assert "证据1-1 – 1-4" in texts(tmp_path / "b.pdf")[first - 1]
    assert "证据1-3 shot2" in texts(tmp_path / "b.pdf")[first - 1]


def test_above_a_number_of_incidents_the_sheets_are_left_out_and_told(tmp_path: Path) -> None:
    out = tmp_path / "b.pdf"
    result = bundle.write(dossiers.rich(30), out, lang="en", options=bundle.Options(sheets_at_most=20))
    assert any(one.evidence is None and "20 incidents" in one.message for one in result.problems)
    assert not any("Incident 1\n" in page for page in texts(out))
    assert "20 incidents" in "".join(texts(out))


def test_a_time_of_another_place_says_so_and_stays_in_its_column(tmp_path: Path) -> None:
    dossier = dossiers.rich(3)
    abroad, vague, home = dossier.incidents
    abroad.zone, abroad.precision = "America/New_York", Precision.EXACT
    vague.precision, home.precision = Precision.DAY, Precision.EXACT
    bundle.write(dossier, tmp_path / "b.pdf", lang="en", options=bundle.Options(leave_out=frozenset({"sheets"})))
    page = next(one for one in texts(tmp_path / "b.pdf") if "in order of time" in one)
    assert page.count("UTC-0") == 1
    assert "UTC+" not in page
    assert "time not\nknown" in page


def test_long_words_are_shown_to_their_end(tmp_path: Path) -> None:
    dossier = dossiers.rich(2)
    long = "".join(f"第{number}句，请你尽快处理欠款。" for number in range(900))
    next(iter(dossier.incidents)).words = long
    bundle.write(dossier, tmp_path / "b.pdf")
    shown = texts(tmp_path / "b.pdf")
    whole = squeezed("".join(shown))
    for number in (0, 450, 899):
        assert whole.count(f"第{number}句，请你") == 2
    assert sum("原话与情况" in page for page in shown) > 5


def test_many_incidents_are_walked_not_held(tmp_path: Path) -> None:
    dossier = dossiers.many(3000)
    result = bundle.write(dossier, tmp_path / "b.pdf")
    assert result.pages > 100
    assert texts(tmp_path / "b.pdf")[-1].splitlines()[-1].split()[1] == str(result.pages)


def test_of_very_many_documents_some_are_opened_again_and_the_bytes_are_the_same(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = tmp_path / "1.pdf", tmp_path / "2.pdf"
    document = (PDFS[0].parent / "pdflatex-4-pages.pdf").read_bytes()
    _, dossier = dossiers.small([(document, f"paper {number}.pdf", "application/pdf") for number in range(4)])
    bundle.write(dossier, one)
    monkeypatch.setattr(assembly, "_OPEN_AT_MOST", 1)
    bundle.write(dossier, other)
    assert one.read_bytes() == other.read_bytes()
