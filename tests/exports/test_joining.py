"""A bundle in several sections is the bundle it would be in one."""

from __future__ import annotations

import io
import re
import struct
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings, strategies as st
from pikepdf import Array, Dictionary, Name, Object, String

from casedesk.exports import bundle
from casedesk.exports.bundle import Options
from casedesk.exports.bundle.joining import Joining
from casedesk.exports.exhibits import assembly
from casedesk.records.dossier import Dossier
from tests.exports import dossiers
from tests.exports.exhibit_files import DATA


def written(dossier: Dossier, out: Path, section: int, monkeypatch: pytest.MonkeyPatch, **wanted: object) -> Path:
    monkeypatch.setattr(assembly, "SECTION", section)
    bundle.write(dossier, out, **wanted)  # type: ignore[arg-type]
    return out


def many() -> Dossier:
    """Exhibits of all kinds, with links and bookmarks of their own, pictures that may share a sheet, hidden layers."""
    pdfs = [(path.read_bytes(), path.name, "application/pdf") for path in sorted((DATA / "pdf").glob("*.pdf"))
            if path.name != "libreoffice-writer-password.pdf"]
    pictures = [(dossiers.screenshot(f"SMS {number}"), f"{number}.jpg", "image/jpeg") for number in range(7)]
    return dossiers.small([*pdfs[:6], *pictures, *pdfs[6:], (_layered(), "layers.pdf", "application/pdf"),
                           ("说明\n".encode() * 90, "words.txt", "text/plain")])[1]


def _layered() -> bytes:
    """Two layers, one of them not shown."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    page = pdf.pages[0].obj
    groups = [pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(name))) for name in ("shown", "hidden")]
    pdf.Root["/OCProperties"] = Dictionary(OCGs=Array(groups), D=Dictionary(OFF=Array(groups[1:]), Order=Array(groups)))
    page["/Resources"] = Dictionary(Properties=Dictionary(A=groups[0], B=groups[1]))
    page["/Contents"] = pdf.make_stream(b"/OC /A BDC 0 g 50 50 80 80 re f EMC /OC /B BDC 0 g 200 300 80 80 re f EMC")
    out = io.BytesIO()
    pdf.save(out, static_id=True)
    return out.getvalue()


def seen(path: Path) -> list[tuple[str, bytes]]:
    """Words and looks of each page."""
    document = pypdfium2.PdfDocument(path)
    try:
        return [(page.get_textpage().get_text_range(), page.render(scale=0.3, may_draw_forms=False).to_pil().tobytes())
                for page in document]
    finally:
        document.close()


def told(path: Path) -> list[object]:
    """Where every link and bookmark leads, by page numbers, and what else the catalogue says."""
    with pikepdf.open(path) as pdf:
        assert not pdf.check_pdf_syntax()
        numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}

        def plain(found: object) -> object:
            if isinstance(found, Dictionary) and found.objgen in numbers:
                return f"page {numbers[found.objgen]}"
            if isinstance(found, Array):
                return [plain(item) for item in found]
            return str(found)

        links = [[(plain(link["/Rect"]), plain(link.get("/Dest")), plain(link.get("/A", Dictionary()).get("/URI")))
                  for link in page.obj.get("/Annots", []) if link.get("/Subtype") == Name.Link] for page in pdf.pages]
        marks: list[object] = []

        def below(item: Object) -> None:
            one = item.get("/First")
            while one is not None:
                marks.append((str(one["/Title"]), plain(one["/Dest"]), int(one.get("/Count", 0))))
                below(one)
                one = one.get("/Next")

        below(pdf.Root["/Outlines"])
        layers = pdf.Root.get("/OCProperties", Dictionary(OCGs=Array()))
        hidden = [str(group["/Name"]) for group in layers.get("/D", Dictionary()).get("/OFF", [])]
        return [links, marks, [str(group["/Name"]) for group in layers["/OCGs"]], hidden, str(pdf.Root["/Lang"]),
                str(pdf.docinfo["/Title"]), pdf.trailer["/ID"][0].unparse(), len(pdf.pages)]


@pytest.mark.parametrize("together", [1, 4])
def test_a_bundle_in_sections_is_the_bundle_it_would_be_in_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, together: int,
) -> None:
    dossier = many()
    options = Options(pictures_a_sheet=together)
    whole = written(dossier, tmp_path / "whole.pdf", 6000, monkeypatch, lang="en", options=options)
    joined = written(dossier, tmp_path / "joined.pdf", 4, monkeypatch, lang="en", options=options)

    assert seen(joined) == seen(whole)
    assert told(joined) == told(whole)
    data = joined.read_bytes()
    assert re.search(rb"CaseDesk[0-9a-f]{16}", data) is None
    assert joined.stat().st_size < whole.stat().st_size * 1.1 + 20_000


def test_a_matter_with_everything_in_sections(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = dossiers.rich()
    whole = written(dossier, tmp_path / "whole.pdf", 6000, monkeypatch)
    joined = written(dossier, tmp_path / "joined.pdf", 1, monkeypatch)

    assert seen(joined) == seen(whole)
    assert told(joined) == told(whole)


def test_a_bundle_in_sections_is_the_same_bytes_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = written(many(), tmp_path / "1.pdf", 4, monkeypatch)
    again = written(many(), tmp_path / "2.pdf", 4, monkeypatch)

    assert first.read_bytes() == again.read_bytes()


def test_a_document_is_opened_again_for_its_pages_when_too_many_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = written(many(), tmp_path / "whole.pdf", 6000, monkeypatch)
    monkeypatch.setattr(assembly, "_OPEN_AT_MOST", 2)
    monkeypatch.setattr(assembly, "_MADE_AT_MOST", 0)

    assert written(many(), tmp_path / "again.pdf", 6000, monkeypatch).read_bytes() == whole.read_bytes()


def test_a_picture_that_fails_only_when_it_is_drawn_is_named_and_no_other(tmp_path: Path) -> None:
    good = dossiers.screenshot("SMS")
    at = good.index(b"\xff\xc0") + 5
    huge = good[:at] + struct.pack(">HH", 60_000, 60_000) + good[at + 4:]
    records, dossier = dossiers.small([(good, "a.jpg", "image/jpeg"), (good, "b.jpg", "image/jpeg"),
                                       (huge, "huge.jpg", "image/jpeg")])

    result = bundle.write(dossier, tmp_path / "out.pdf", lang="en", slip_sheets=True)

    blocking = [problem.message for problem in result.problems if "million dots" in problem.message]
    assert len(blocking) == 1
    assert "huge" in blocking[0]
    assert len(records.files) == len(result.exhibits)


HARD = ["5 0 R", "(5 0 R", "\\", ")", "<0a", "\nstream\n", "endobj"]
STRINGS = st.one_of(st.text(max_size=40), st.sampled_from(HARD))
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(NAMES, STRINGS), max_size=8), st.binary(max_size=300))
def test_joining_changes_no_word(tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]],
                                 content: bytes) -> None:
    out = tmp_path_factory.getbasetemp() / "joined.pdf"
    joining = Joining()
    first, last = pikepdf.new(), pikepdf.new()
    told = first.make_indirect(Dictionary(Refers=first.make_stream(b"\nstream\n" + content)))
    for name, text in pairs:
        told[f"/{name}"] = first.make_indirect(Array([String(text), Name(f"/{name}"), 5, 0, String(content)]))
    first.Root["/Pages"]["/Told"] = told
    joining.name(first.Root["/Pages"], "told")
    last.Root["/Told"] = joining.stand_in(last, "told")
    joining.add(first)
    joining.add(last)
    joining.write(out)
    joining.close()

    with pikepdf.open(out) as pdf:
        found = pdf.Root["/Told"]["/Told"]
        assert found["/Refers"].read_raw_bytes() == b"\nstream\n" + content
        for name, text in dict(pairs).items():
            if f"/{name}" != "/Refers":
                said = found[f"/{name}"]
                assert (str(said[0]), said[1], bytes(said[4])) == (str(String(text)), Name(f"/{name}"), content)
