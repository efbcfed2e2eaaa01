"""PDF/A: what the program makes itself is fit for long keeping, and nothing bears the mark that is not."""

from __future__ import annotations

import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from pikepdf import pdfa

from casedesk.base.errors import DocumentError, InvalidEntry
from casedesk.casework import custody, evidence, package, preflight
from casedesk.casework.forms import find_form, within
from casedesk.casework.sealing import Sealing
from casedesk.exports import archive
from casedesk.records import Matter
from casedesk.store.cabinet import Store
from tests.authority import PASSPHRASE, certificate_file

PDFS = Path(__file__).parents[1] / "data" / "pdf"
PART = "{http://www.aiim.org/pdfa/ns/id/}part"


def mark(path: Path) -> str:
    """The part of ISO 19005 a file says it keeps to; empty for none."""
    with pikepdf.open(path) as pdf:
        if "/Metadata" not in pdf.Root:
            return ""
        return ET.fromstring(pdf.Root.Metadata.read_bytes()).findtext(f".//{PART}") or ""


def fonts(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    return (one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font")


def looked_at(path: Path) -> None:
    """The demands that can be seen without an examiner: whole typefaces, one colour space, an identity, no lock."""
    with pikepdf.open(path) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert not pdf.is_encrypted
        assert len(pdf.trailer["/ID"]) == 2
        for font in fonts(pdf):
            inside = font.get("/DescendantFonts", [font])[0].FontDescriptor
            assert {"/FontFile2", "/FontFile3", "/FontFile"} & set(inside.keys())
        [intent] = pdf.Root.OutputIntents
        assert intent.S == pikepdf.Name.GTS_PDFA1
        assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"
        title = ET.fromstring(pdf.Root.Metadata.read_bytes()).findtext(
            ".//{http://purl.org/dc/elements/1.1/}title//{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li")
        assert title == str(pdf.docinfo["/Title"])
        assert title


@pytest.fixture
def filled(store: Store, matter: Matter, tmp_path: Path) -> Matter:
    (tmp_path / "said.txt").write_text("最后通知 𬭎", encoding="utf-8")
    shutil.copy(PDFS / "pdflatex-4-pages.pdf", tmp_path / "letter.pdf")
    evidence.add_files(store, matter.id, [tmp_path / "said.txt", tmp_path / "letter.pdf"])
    return matter


def files_in(path: Path) -> list[str]:
    with pikepdf.open(path) as pdf:
        return list(pdf.attachments)


def test_every_document_of_a_package_and_the_custody_are_pdf_a(store: Store, filled: Matter, tmp_path: Path) -> None:
    out = tmp_path / "package"
    packed = package.write(store, filled.id, out, find_form("cn-complaint"), lang="zh")
    custody.write_history(store, filled.id, out / "流转.pdf", lang="zh")
    files = sorted(out.glob("*.pdf"))
    assert len(files) == 4
    for file in files:
        assert pdfa.validate_written(file, "2b").summary() == "PDF/A-2b: pass"
        assert mark(file) == "2"
        looked_at(file)
    assert packed.remarks == []


def test_a_bundle_that_opens_at_full_size_is_pdf_a_too(store: Store, filled: Matter, tmp_path: Path) -> None:
    packed = package.write(store, filled.id, tmp_path / "package", find_form("ew-court"), lang="en")
    [bundle] = (tmp_path / "package").glob("*Evidence*.pdf")
    with pikepdf.open(bundle) as pdf:
        assert "/OpenAction" in pdf.Root
    assert (mark(bundle), packed.remarks) == ("2", [])
    package.write(store, filled.id, tmp_path / "more", find_form("ew-court"), lang="en", attach=True)
    [bundle] = (tmp_path / "more").glob("*Evidence*.pdf")
    with pikepdf.open(bundle) as pdf:
        assert "/OpenAction" in pdf.Root
        assert pdf.attachments
    assert mark(bundle) == "3"


def test_originals_go_into_the_bundle_where_that_is_taken(store: Store, filled: Matter, tmp_path: Path) -> None:
    out, again = tmp_path / "package", tmp_path / "again"
    for folder in (out, again):
        package.write(store, filled.id, folder, find_form("cn-court"), lang="zh", attach=True)
    assert (out / "证据册.pdf").read_bytes() == (again / "证据册.pdf").read_bytes()
    assert pdfa.validate_written(out / "证据册.pdf", "3b").passed
    assert mark(out / "证据册.pdf") == "3"
    with pikepdf.open(out / "证据册.pdf") as pdf:
        inside = {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}
    assert inside == {path.name: path.read_bytes() for path in (out / "originals").iterdir()}
    with pytest.raises(InvalidEntry):
        package.write(store, filled.id, tmp_path / "us", find_form("us-court"), lang="en", attach=True)
    assert not (tmp_path / "us").exists()


def test_originals_go_into_the_volumes_too_and_their_links_lead_on(
        store: Store, filled: Matter, tmp_path: Path) -> None:
    form = within(find_form("ew-court"), None, 3)
    packed = package.write(store, filled.id, tmp_path / "package", form, lang="en", attach=True)
    volumes = sorted((tmp_path / "package").glob("*Evidence*.pdf"))
    assert len(volumes) > 1
    assert [mark(one) for one in volumes if files_in(one)] == ["3", "3"]
    assert not [one for one in packed.remarks if "plain PDF" in one]
    with pikepdf.open(volumes[0]) as pdf:
        led = {str(one.A.F.UF) for page in pdf.pages for one in page.obj.get("/Annots", []) if "/A" in one}
        assert led
        assert led <= {one.name for one in volumes}
    own = next(one for one in volumes if files_in(one))
    with pikepdf.open(own) as pdf:  # veraPDF wants every file that is named to be told of
        named = {str(one.UF) for one in pdf.Root.AF if one.AFRelationship == "/Unspecified"}
    assert named == {one.name for one in volumes} - {own.name}


def test_a_bundle_with_a_file_that_is_not_fit_is_plain_and_says_so_beforehand(
        store: Store, filled: Matter, tmp_path: Path) -> None:
    shutil.copy(PDFS / "cmyk-image.pdf", tmp_path / "print.pdf")
    evidence.add_files(store, filled.id, [tmp_path / "print.pdf"])
    form = find_form("cn-court")
    said = [one for one in preflight.look(store, filled.id, form) if "PDF/A" in one.message]
    assert [one.message.partition(":")[0] for one in said] == ["print (print.pdf)"]
    assert "CMYK" in said[0].message
    assert not said[0].blocks
    packed = package.write(store, filled.id, tmp_path / "package", form, lang="zh", attach=True)
    assert mark(tmp_path / "package" / "证据册.pdf") == ""
    assert [one for one in packed.remarks if "plain PDF" in one and "CMYK" in one]
    assert mark(tmp_path / "package" / "文件哈希清单.pdf") == "2"


VERAPDF = Path(__file__).parents[2] / "packaging" / "verapdf.sh"
READY = shutil.which("bash") is not None and subprocess.run(
    ["bash", str(VERAPDF), "--ready"], check=False).returncode == 0


@pytest.mark.skipif(not READY, reason="veraPDF is not there; packaging/verapdf.sh FILE fetches it")
def test_verapdf_agrees_also_when_they_are_signed(store: Store, filled: Matter, tmp_path: Path) -> None:
    out = tmp_path / "package"
    sealing = Sealing(certificate_file(tmp_path / "firm.p12"), PASSPHRASE)
    package.write(store, filled.id, out, find_form("cn-complaint"), lang="zh", sealing=sealing, attach=True)
    files = sorted(map(str, out.glob("*.pdf")))
    told = subprocess.run(["bash", str(VERAPDF), *files], capture_output=True, text=True, check=False).stdout
    assert [line.partition(" ")[0] for line in told.splitlines()] == ["PASS"] * len(files), told


def test_a_signature_leaves_the_mark(store: Store, filled: Matter, tmp_path: Path) -> None:
    out = tmp_path / "package"
    sealing = Sealing(certificate_file(tmp_path / "firm.p12"), PASSPHRASE)
    package.write(store, filled.id, out, find_form("cn-court"), lang="zh", sealing=sealing)
    with pikepdf.open(out / "证据册.pdf") as pdf:
        assert b"pdfaid:part=" in pdf.Root.Metadata.read_bytes()
        found = pdfa.check(pdf, "2b").findings
    assert [one.message for one in found] == ["interactive forms (/AcroForm) are not supported"]  # nothing forbidden


def test_a_file_that_cannot_be_read_again_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"half of it")
    with pytest.raises(DocumentError, match="read again"):
        archive.keep(tmp_path / "a.pdf")
