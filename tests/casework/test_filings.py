"""What was filed is kept as it was, can be proved later, and a supplementary list runs on from it."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image
from pypdfium2 import PdfDocument
from sqlalchemy import text

from casedesk.base.errors import DocumentError, InvalidEntry, VerificationFailed
from casedesk.casework import check, custody, documents, evidence, filings, letters, package
from casedesk.casework.forms import Term, find_form, within
from casedesk.casework.letters import Choice
from casedesk.casework.package import Packed
from casedesk.exports.bundle.numbers import numbers_of, place_of
from casedesk.records import CustodyEvent, Deadline, Evidence, Filing, Matter
from casedesk.records.words import CustodyAction, FilingState
from casedesk.store.cabinet import Store
from tests.casework.chains import insider

DAY = dt.date(2026, 11, 27)


def shot(folder: Path, name: str) -> Path:
    path = folder / name
    Image.new("RGB", (300, 500), (len(name) * 9, 40, 90)).save(path)
    return path


def pack(store: Store, matter: Matter, out: Path, form: str = "cn-court", *, supplement: bool = False) -> Packed:
    last = filings.latest(store, matter.id) if supplement else None
    return package.write(store, matter.id, out, find_form(form), lang="zh",
                         follows=filings.earlier(store, last) if last else None)


def file(store: Store, matter: Matter, out: Path) -> Filing:
    return filings.filed(store, matter.id, out, recipient="某某法院", filed_on=DAY, receipt="R-1")


def named(folder: Path, what: str) -> Path:
    """The bundle that the form names by its case."""
    [found] = folder.glob(f"*{what}*.pdf")
    return found


def printed(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    texts = ["".join(page.get_textpage().get_text_range().split()) for page in document]
    document.close()
    return texts


def test_a_package_is_kept_as_filed_with_its_page_map(store: Store, matter: Matter, tmp_path: Path) -> None:
    [kept] = evidence.add_files(store, matter.id, [shot(tmp_path, "1.png")])
    made = pack(store, matter, tmp_path / "out")
    filing = file(store, matter, tmp_path / "out")
    assert (filing.state, filing.seal, filing.form) == (FilingState.FILED, made.seal, "cn-court")
    [exhibit] = filings.page_map(store, filing)
    [shown] = made.bundle.exhibits
    assert (exhibit.evidence, exhibit.number, exhibit.first, exhibit.last) == (
        kept.uuid, shown.number, shown.first, shown.last)
    with store.read() as session:
        copy = session.query(Evidence).filter_by(sha256=filing.package).one()
        assert not copy.in_bundle
        [left] = session.query(CustodyEvent).filter_by(evidence_id=kept.id, action=CustodyAction.EXPORTED)
        assert (left.digest, "某某法院" in left.notes) == (kept.sha256, True)
    assert check.verify(store) == []
    assert [one.id for one in filings.proved(store, tmp_path / "out.zip")] == [filing.id]
    assert package.sha256_of(tmp_path / "out.zip") == filing.package


def test_a_package_is_proved_by_what_the_cabinet_noted(store: Store, matter: Matter, tmp_path: Path) -> None:
    made = pack(store, matter, tmp_path / "out")
    [never] = filings.prove(store, tmp_path / "out").problems
    assert (never.verdict, made.seal in never.message) == ("anchor mismatch", True)
    filing = file(store, matter, tmp_path / "out")
    for packed in (tmp_path / "out", tmp_path / "out.zip"):
        proof = filings.prove(store, packed)
        assert (proof.problems, [one.id for one in proof.filings]) == ([], [filing.id])
        assert "2026-11-27 with 某某法院" in next(proof.told())
    (tmp_path / "out" / "工作簿.xlsx").write_bytes(b"x")
    assert [one.verdict for one in filings.prove(store, tmp_path / "out").problems] == ["changed"]
    told = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    for one in told["files"]:  # who can write to the package computes all of it anew
        one["size"] = (tmp_path / "out" / one["path"]).stat().st_size
        one["sha256"] = package.sha256_of(tmp_path / "out" / one["path"])
    (tmp_path / "out" / "manifest.json").write_bytes(package.verifier().sealed(told))
    assert package.verify(tmp_path / "out") == []
    assert [one.verdict for one in filings.prove(store, tmp_path / "out").problems] == ["anchor mismatch"]


def test_what_was_filed_anchors_the_history(store: Store, matter: Matter, tmp_path: Path) -> None:
    evidence.add_files(store, matter.id, [shot(tmp_path, "1.png")])
    pack(store, matter, tmp_path / "out")
    file(store, matter, tmp_path / "out")
    [anchor] = filings.anchors(store)
    assert check.verify(store) == []
    with insider(store) as connection:
        connection.execute(text("UPDATE change SET hash = 'x' WHERE seq = :seq"), {"seq": anchor.seq})
    assert {one.verdict for one in check.verify(store)} == {"edited"}
    with insider(store) as connection:
        connection.execute(text("DELETE FROM change WHERE seq >= :seq"), {"seq": anchor.seq})
    assert check.verify(store)[0].verdict == "truncated"


def test_a_changed_package_is_not_filed_and_proves_nothing(store: Store, matter: Matter, tmp_path: Path) -> None:
    pack(store, matter, tmp_path / "out")
    shutil.copytree(tmp_path / "out", tmp_path / "copy")
    with (tmp_path / "copy" / "verify.py").open("a") as script:
        script.write("#")
    with pytest.raises(VerificationFailed):
        filings.proved(store, tmp_path / "copy")
    with (tmp_path / "out.zip").open("ab") as archive:
        archive.write(b"x")
    with pytest.raises(VerificationFailed):
        file(store, matter, tmp_path / "out")
    assert filings.latest(store, matter.id) is None


def test_a_package_of_another_matter_is_refused(store: Store, matter: Matter, tmp_path: Path) -> None:
    pack(store, matter, tmp_path / "out")
    with store.work() as session:
        other = Matter(ref="B-2", name="另案", client_id=matter.client_id)
        session.add(other)
    with pytest.raises(InvalidEntry, match="A-1"):
        file(store, other, tmp_path / "out")


def test_a_supplementary_list_runs_on_in_numbers_and_pages(store: Store, matter: Matter, tmp_path: Path) -> None:
    evidence.add_files(store, matter.id, [shot(tmp_path, "1.png"), shot(tmp_path, "22.png")])
    first = pack(store, matter, tmp_path / "a")
    file(store, matter, tmp_path / "a")
    with pytest.raises(DocumentError, match="Nothing has been added"):
        pack(store, matter, tmp_path / "b", supplement=True)
    [new] = evidence.add_files(store, matter.id, [shot(tmp_path, "333.png")])
    second = pack(store, matter, tmp_path / "b", supplement=True)
    [exhibit] = second.bundle.exhibits
    assert (exhibit.evidence, exhibit.number) == (new.uuid, "2-1")
    assert exhibit.last == first.bundle.pages + second.bundle.pages
    texts = printed(tmp_path / "b" / "证据册.pdf")
    assert "补充证据目录" in texts[1]
    assert str(exhibit.first) in texts[1]
    for place, shown in enumerate(texts, first.bundle.pages + 1):
        assert f"第{place}页共{exhibit.last}页" in shown
    with pikepdf.open(tmp_path / "b" / "证据册.pdf") as pdf:
        assert pdf.Root.PageLabels.Nums[1].St == first.bundle.pages + 1
        assert f"{exhibit.number}" in str(pdf.Root.Outlines.Last.First.Title)
    filing = file(store, matter, tmp_path / "b")
    assert filing.follows == first.seal
    assert len(filings.earlier(store, filing).evidence) == 3
    [third] = evidence.add_files(store, matter.id, [shot(tmp_path, "4444.png")])
    assert [one.evidence for one in pack(store, matter, tmp_path / "c", supplement=True).bundle.exhibits] == [
        third.uuid]


def test_a_package_whose_manifest_said_less_is_run_on_from(
        store: Store, matter: Matter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    evidence.add_files(store, matter.id, [shot(tmp_path, "1.png")])
    tell = package._told

    def told(*arguments: Any) -> dict[str, Any]:
        found = tell(*arguments)
        del found["bundle"]["contents"]
        for one in found["evidence"]:
            del one["printed"]
        return found

    monkeypatch.setattr(package, "_told", told)
    first = pack(store, matter, tmp_path / "a")
    filing = file(store, matter, tmp_path / "a")
    monkeypatch.undo()
    assert [one.pages for one in filings.page_map(store, filing)] == [one.pages for one in first.bundle.exhibits]
    evidence.add_files(store, matter.id, [shot(tmp_path, "22.png")])
    [exhibit] = pack(store, matter, tmp_path / "b", supplement=True).bundle.exhibits
    assert exhibit.first > first.bundle.pages


def test_a_later_bundle_says_which_citations_moved(store: Store, matter: Matter, tmp_path: Path) -> None:
    [stays] = evidence.add_files(store, matter.id, [shot(tmp_path, "1.png")])
    pack(store, matter, tmp_path / "a")
    file(store, matter, tmp_path / "a")
    [moves] = evidence.add_files(store, matter.id, [shot(tmp_path, "22.png")])
    pack(store, matter, tmp_path / "b", supplement=True)
    was = filings.page_map(store, file(store, matter, tmp_path / "b"))[0]
    later = pack(store, matter, tmp_path / "c")
    now = later.bundle.exhibits[1]
    [told] = [one for one in later.bundle.problems if "Citations" in one.message]
    assert told.evidence == moves.uuid
    assert later.bundle.moved == [told]
    said = f"now {now.number}, pages {now.pages}. As filed on 2026-11-27: {was.number}, pages {was.pages}."
    assert said in told.message  # for whoever files, whatever language the bundle is in
    index = printed(tmp_path / "c" / "证据册.pdf")[1]
    for number, pages in (("1-1", later.bundle.exhibits[0].pages), (was.number, was.pages)):
        assert f"提交时为{number}，第{pages}页" in index
    result = documents.write_bundle(store, matter.id, tmp_path / "d.pdf", profile="cn-court", lang="en")
    assert [one.evidence for one in result.problems if "Citations" in one.message] == [moves.uuid]
    assert stays.uuid not in {one.evidence for one in result.problems}
    other = pack(store, matter, tmp_path / "e", "cn-stop-contact")  # its reader was never told of the court's pages
    assert not any("Citations" in one.message for one in other.bundle.problems)


def test_late_pages_go_at_the_end_of_the_bundle_as_filed(store: Store, matter: Matter, tmp_path: Path) -> None:
    evidence.add_files(store, matter.id, [shot(tmp_path, "1.png"), shot(tmp_path, "22.png")])
    first = pack(store, matter, tmp_path / "a", "ew-court")
    assert not list((tmp_path / "a").glob("*修订卷宗*"))
    old = printed(named(tmp_path / "a", "证据册"))
    for name, shots in (("b", "333.png"), ("c", "4444.png")):
        last = name
        file(store, matter, tmp_path / chr(ord(name) - 1))
        evidence.add_files(store, matter.id, [shot(tmp_path, shots)])
        made = pack(store, matter, tmp_path / name, "ew-court", supplement=True)
        revised = printed(named(tmp_path / name, "修订卷宗"))
        alone = printed(named(tmp_path / name, "证据册"))
        told = revised[first.bundle.contents - 1]
        assert revised == [*(told if page == old[first.bundle.contents - 1] else page for page in old), *alone]
        assert told.endswith(old[first.bundle.contents - 1])
        old = revised
    with pikepdf.open(named(tmp_path / last, "修订卷宗")) as pdf:
        assert pdf.check_pdf_syntax() == []
        index = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
        led = {index[link.Dest[0].objgen] for page in pdf.pages for link in page.obj.get("/Annots", [])}
        shown = [*first.bundle.exhibits, *made.bundle.exhibits]
        assert {one.first for one in shown} <= led
        assert pdf.Root.PageLabels.Nums[1].St == 1
        with pdf.open_outline() as outline:
            day, page = f"{made.bundle.dated}", made.bundle.exhibits[0].first - 2
            assert outline.root[-1].title == f"{day} 增补页（第 {page} 页）"
        last_page = made.bundle.exhibits[0].first
        assert told.startswith(f"{day}增补D14444{last_page}{day}增补C1333{last_page - 3}索引")


def test_a_bundle_bears_the_name_its_court_wants(store: Store, matter: Matter, tmp_path: Path) -> None:
    with store.work() as session:
        found = session.query(Matter).filter_by(id=matter.id).one()
        found.name, found.case_number = "Lin / " + "Bank of Somewhere Very Far Away " * 3, "KB-2026-000123"
    evidence.add_files(store, matter.id, [shot(tmp_path, "1.png")])
    package.write(store, matter.id, tmp_path / "a", find_form("ew-court"), lang="en",
                  choice=Choice(answers={"hearing": "1 December 2026"}))
    [bundle] = (one.name for one in (tmp_path / "a").glob("*bundle*"))
    assert bundle == "Lin v Bank of Somewhere Very Far Awa, Evidence bundle, 1 December 2026, KB-2026-000123.pdf"
    assert package.verify(tmp_path / "a.zip") == []


def test_a_list_without_room_for_what_is_added_says_where_it_is_listed(
        store: Store, matter: Matter, tmp_path: Path) -> None:
    evidence.add_files(store, matter.id, [shot(tmp_path, "1.png")])
    first = pack(store, matter, tmp_path / "a", "ew-court")
    for folder, name in (("a", "b"), ("b", "c")):
        file(store, matter, tmp_path / folder)
        notes = [tmp_path / f"{name}{number}.txt" for number in range(24)]
        for path in notes:
            path.write_text(path.stem, encoding="utf-8")
        evidence.add_files(store, matter.id, notes)
        made = pack(store, matter, tmp_path / name, "ew-court", supplement=True)
    listed = first.bundle.contents - 1
    told = printed(named(tmp_path / "c", "修订卷宗"))[listed]
    assert told.count("增补的证据见第") == 2
    assert f"增补的证据见第{made.bundle.listed}页目录" in told
    with pikepdf.open(named(tmp_path / "c", "修订卷宗")) as pdf:
        places = {page.obj.objgen: number for page, number in zip(pdf.pages, numbers_of(pdf), strict=True)}
        assert made.bundle.listed in {places[link.Dest[0].objgen] for link in pdf.pages[listed].obj["/Annots"]}


def joined(folder: Path, told: list[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """The printed numbers of all pages of a bundle in volumes, and those each link and bookmark leads from and to."""
    pages, led, marks = {}, [], []
    for name in told:
        with pikepdf.open(folder / name) as pdf:
            assert pdf.check_pdf_syntax() == []
            pages[name] = numbers_of(pdf)
    for name in told:
        with pikepdf.open(folder / name) as pdf:
            index = {page.obj.objgen: number for page, number in zip(pdf.pages, pages[name], strict=True)}
            holders = [(index[page.obj.objgen], one) for page in pdf.pages for one in page.obj.get("/Annots", [])]
            with pdf.open_outline() as outline:
                marks = [item.title for top in outline.root for item in (top, *top.children)]
            for number, one in holders:
                led.append((number, index[one.Dest[0].objgen] if "/Dest" in one else
                            pages[str(one.A.F.UF)][int(one.A.D[0])]))
    return [number for name in told for number in pages[name]] + marks, led


@pytest.mark.parametrize("form", ["ew-court", "ew-court-inserted"])
def test_late_pages_of_a_bundle_in_volumes_come_in_volumes_that_begin_where_they_did(
        store: Store, matter: Matter, tmp_path: Path, form: str) -> None:
    for day, kept in enumerate(evidence.add_files(
            store, matter.id, [shot(tmp_path, f"{'x' * number}.png") for number in range(1, 5)]), 1):
        dated(store, kept, 2 * day)
    cut = within(find_form(form), None, 5)
    first = package.write(store, matter.id, tmp_path / "a", cut, lang="en")
    volumes = [(one["first"], one["last"]) for one in package.manifest(tmp_path / "a")["bundle"]["files"]]
    assert len(volumes) > 1
    filing, total = file(store, matter, tmp_path / "a"), first.bundle.pages
    for number in (2, 3):
        [kept] = evidence.add_files(store, matter.id, [shot(tmp_path, f"{'y' * (number + 8)}.png")])
        dated(store, kept, 3)
        out = tmp_path / "abc"[number - 1]
        late = package.write(store, matter.id, out, cut, lang="en", follows=filings.earlier(store, filing))
        told = package.manifest(out)["bundle"]
        pages, led = joined(out, told["revised"])
        alone, _ = joined(out, [one["path"] for one in told["files"]])
        total += late.bundle.pages
        assert sorted(pages[:total], key=place_of) == pages[:total]
        assert set(alone[:late.bundle.pages]) <= set(pages[:total])
        begins = set()
        for name in told["revised"]:
            with pikepdf.open(out / name) as pdf:
                begins.add(numbers_of(pdf)[0])
                assert len(pdf.pages) <= 5
        assert {str(page) for page, _ in volumes} <= begins
        [exhibit] = late.bundle.exhibits
        shown = {one.pages for one in (*first.bundle.exhibits, exhibit)}
        assert shown <= {to for _, to in led}
        assert any(exhibit.pages in mark for mark in pages[total:])
        filing = file(store, matter, out)


def dated(store: Store, kept: Evidence, day: int) -> None:
    with store.work() as session:
        found = session.query(Evidence).filter_by(id=kept.id).one()
        found.dated, found.fact = dt.date(2026, 3, day), "Calls at night"


def inserted(store: Store, matter: Matter, folder: Path, days: list[int]) -> tuple[list[tuple[str, str]], list[str]]:
    """What is filed next to `folder`: number and pages of each late exhibit, and the revised bundle's numbers."""
    file(store, matter, folder)
    for day in days:
        [kept] = evidence.add_files(store, matter.id, [shot(folder.parent, f"{day}".ljust(day + 9, "x") + ".png")])
        dated(store, kept, day)
    out = folder.with_name(folder.name + "+")
    made = pack(store, matter, out, "ew-court-inserted", supplement=True)
    with pikepdf.open(named(out, "修订卷宗")) as pdf:
        assert pdf.check_pdf_syntax() == []
        return [(one.number, one.pages) for one in made.bundle.exhibits], numbers_of(pdf)


def test_late_pages_are_inserted_as_12a_where_the_profile_says_so(
        store: Store, matter: Matter, tmp_path: Path) -> None:
    for kept, day in zip(evidence.add_files(store, matter.id, [shot(tmp_path, "1.png"), shot(tmp_path, "22.png")]),
                         (5, 15), strict=True):
        dated(store, kept, day)
    b1, b2 = (int(one.pages) for one in pack(store, matter, tmp_path / "a", "ew-court").bundle.exhibits)
    late, numbers = inserted(store, matter, tmp_path / "a", [10, 11, 1])
    assert late == [("B0A", f"{b1 - 1}A"), ("B1A", f"{b1}A"), ("B1B", f"{b1}B")]
    assert numbers == ["1", "2", "2A", *map(str, range(3, b1)), f"{b1 - 1}A", f"{b1}", f"{b1}A", f"{b1}B", f"{b2}"]
    with pikepdf.open(named(tmp_path / "a+", "修订卷宗")) as pdf:
        places = {page.obj.objgen: number for page, number in zip(pdf.pages, numbers, strict=True)}
        led = {places[link.Dest[0].objgen] for page in pdf.pages for link in page.obj.get("/Annots", [])}
        assert {str(b1), str(b2), *(pages for _, pages in late)} <= led
        with pdf.open_outline() as outline:
            [group] = [item for item in outline.root if item.children and "B " in item.title]
            marks = [item.title for item in group.children]
            assert [places[item.destination[0].objgen] for item in group.children  # type: ignore[index]
                    ] == numbers[-5:]
    for mark, number, page in zip(marks, ["B0A", "B1", "B1A", "B1B", "B2"], numbers[-5:], strict=True):
        assert mark.startswith(f"证据 {number} ") and mark.endswith(f"（第 {page} 页）")  # noqa: PT018
    told = printed(named(tmp_path / "a+", "修订卷宗"))
    assert [text[-len(number):] for text, number in zip(told, numbers, strict=True)] == numbers
    evidence.add_files(store, matter.id, [shot(tmp_path, "666666.png")])  # of no fact that was filed
    late, numbers = inserted(store, matter, tmp_path / "a+", [7, 20])
    assert late == [("B1C", f"{b1}C"), ("B2A", f"{b2}A"), ("C1", f"{b2 + 1}")]
    assert numbers[-7:] == [str(b1), f"{b1}A", f"{b1}B", f"{b1}C", str(b2), f"{b2}A", str(b2 + 1)]
    assert numbers[1:4] == ["2", "2A", "2B"]
    file(store, matter, tmp_path / "a++")
    moved = "\n".join(one.message for one in pack(store, matter, tmp_path / "b", "ew-court").bundle.moved)
    assert f"B1C, pages {b1}C" in moved


def test_filing_starts_the_deadlines_of_its_form(store: Store, matter: Matter, tmp_path: Path) -> None:
    pack(store, matter, tmp_path / "out", "cn-report")
    filing = file(store, matter, tmp_path / "out")
    assert filing.answer_due_on == dt.date(2026, 12, 14)
    filings.moved_on(store, filing.id, FilingState.ACCEPTED, dt.date(2026, 12, 1))
    with store.read() as session:
        found = session.query(Deadline).order_by(Deadline.due_on).all()
        assert [one.due_on for one in found] == [dt.date(2026, 12, 14), dt.date(2027, 2, 1)]
        assert all("confidence S" in one.basis for one in found)
    assert filings.moved_on(store, filing.id, FilingState.ANSWERED, dt.date(2026, 12, 20)) == []
    with store.read() as session:
        assert session.query(Filing).one().answered_on == dt.date(2026, 12, 20)


def due_days(store: Store, filing: Filing) -> list[tuple[str, dt.date | None]]:
    with store.read() as session:
        return [(one.name, one.due_on) for one in session.query(Deadline).filter_by(
            matter_id=filing.matter_id).order_by(Deadline.due_on)]


def test_a_suit_starts_the_courts_terms_and_the_time_to_appeal(store: Store, matter: Matter, tmp_path: Path) -> None:
    pack(store, matter, tmp_path / "out", "cn-private-complaint")
    filing = file(store, matter, tmp_path / "out")
    assert filing.answer_due_on == dt.date(2026, 12, 4)
    filings.moved_on(store, filing.id, FilingState.ACCEPTED, dt.date(2026, 12, 3))
    [appeal] = filings.moved_on(store, filing.id, FilingState.JUDGED, dt.date(2027, 2, 1))
    assert (appeal.due_on, "判决" in appeal.name or "judgment" in appeal.name) == (dt.date(2027, 2, 16), True)
    assert [str(day) for _, day in due_days(store, filing)] == ["2026-12-04", "2027-02-16", "2027-03-03", "2027-04-05"]
    for state in (FilingState.RULED, FilingState.REFUSED):
        [appeal] = filings.moved_on(store, filing.id, state, dt.date(2027, 2, 1))
        assert appeal.due_on == dt.date(2027, 2, 11)
    assert filings.moved_on(store, filing.id, FilingState.ANSWERED, dt.date(2027, 2, 1)) == []


def test_a_letter_sets_its_own_term_and_an_agreement_makes_nobody_wait(
        store: Store, matter: Matter, tmp_path: Path) -> None:
    package.write(store, matter.id, tmp_path / "letter", find_form("cn-lawyer-letter"), lang="zh",
                  choice=Choice(answers={"days": "10"}))
    filing = file(store, matter, tmp_path / "letter")
    assert filing.answer_due_on == dt.date(2026, 12, 7)
    package.write(store, matter.id, tmp_path / "vague", find_form("cn-lawyer-letter"), lang="zh",
                  choice=Choice(answers={"days": "若干"}))
    assert file(store, matter, tmp_path / "vague").answer_due_on is None
    pack(store, matter, tmp_path / "agreed", "cn-instalment-agreement")
    assert file(store, matter, tmp_path / "agreed").answer_due_on is None
    assert [day for _, day in due_days(store, filing)] == [dt.date(2026, 12, 7), dt.date(2026, 12, 28)]


def test_the_eight_weeks_and_the_ombudsmans_six_months_are_not_moved_off_a_weekend() -> None:
    final, referral = find_form("ew-complaint").deadlines
    assert filings.due(final, dt.date(2026, 8, 1), "ew").day == dt.date(2026, 9, 26)  # a Saturday
    last = filings.due(referral, dt.date(2026, 5, 28), "ew")
    assert (last.day, last.day.weekday()) == (dt.date(2026, 11, 28), 5)
    assert filings._counted(referral, last) == "Be there by 2026-11-27: that is the last safe day."
    assert filings._counted(final, last) == ""


def test_the_custody_of_every_file_is_printed(store: Store, matter: Matter, tmp_path: Path) -> None:
    [kept] = evidence.add_files(store, matter.id, [shot(tmp_path, "1.png")], source="委托人")
    pack(store, matter, tmp_path / "out")
    file(store, matter, tmp_path / "out")
    custody.verify(store, kept.id)
    custody.write_history(store, matter.id, tmp_path / "custody.pdf", lang="zh")
    told = "".join(printed(tmp_path / "custody.pdf"))
    for wanted in (kept.sha256, "与收到时一致", "Filedwith某某法院:1-1", "不能证明收到之前的情况", "tester"):
        assert wanted in told


@pytest.mark.parametrize(("begins", "how", "ends"), [
    ("2026-11-27", {"days": 14}, "2026-12-11"), ("2026-11-27", {"days": 15}, "2026-12-14"),  # off a Saturday
    ("2026-01-31", {"months": 1}, "2026-02-28"),  # a Saturday worked for the Spring Festival
    ("2026-09-17", {"days": 15}, "2026-10-08"),  # off the National Day holidays
    ("2026-08-31", {"months": 6}, "2027-03-01"), ("2026-12-15", {"months": 1}, "2027-01-15"),
    ("2026-11-27", {"days": 5, "working": True}, "2026-12-04"),
    ("2026-11-28", {"days": 1, "working": True}, "2026-11-30"),
    ("2026-09-29", {"days": 3, "working": True}, "2026-10-09"),
])
def test_the_day_a_term_begins_on_is_not_counted(begins: str, how: dict[str, int], ends: str) -> None:
    term = Term(text={}, confidence="V", source="", **how)  # type: ignore[arg-type]
    last = filings.due(term, dt.date.fromisoformat(begins), "cn")
    assert last.day == dt.date.fromisoformat(ends)
    assert (last.remark is None) == (ends < "2027")


def test_abroad_weekends_alone_are_known_and_that_is_said() -> None:
    term = Term(text={}, confidence="V", source="", days=3, working=True)
    last = filings.due(term, dt.date(2026, 9, 30), "ew")
    assert last.day == dt.date(2026, 10, 5)
    assert last.remark is not None


def test_a_filing_may_choose_its_own_exhibits_and_their_order(store: Store, matter: Matter, tmp_path: Path) -> None:
    kept = evidence.add_files(store, matter.id, [shot(tmp_path, f"{n}.png") for n in ("1", "22", "333")])
    first, _, third = (one.id for one in kept)
    choice = Choice(exhibits=(third, first))
    made = package.write(store, matter.id, tmp_path / "out", find_form("cn-evidence-list"), lang="zh", choice=choice)
    assert [one.evidence for one in made.bundle.exhibits] == [kept[2].uuid, kept[0].uuid]
    assert len(list((tmp_path / "out" / package.ORIGINALS).iterdir())) == 2
    letter = PdfDocument(letters.preview(store, matter.id, find_form("cn-evidence-list"), choice))
    assert "22" not in "".join(page.get_textpage().get_text_range() for page in letter)
    with store.read() as session:
        assert [(one.in_bundle, one.position) for one in session.query(Evidence).order_by(Evidence.id)] == [
            (True, None)] * 3
