from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from casedesk.casework import evidence, personal_data, preflight
from casedesk.casework.forms import Portal, Question, find_form
from casedesk.exports.letters.choice import Choice
from casedesk.records import Evidence, Incident, Matter
from casedesk.store.cabinet import Store


def picture(path: Path, colour: str = "#e9e9eb") -> Path:
    Image.new("RGB", (1200, 1600), colour).save(path)
    return path


def test_every_problem_of_every_file_is_told(store: Store, matter: Matter, tmp_path: Path) -> None:
    broken, empty, secret = tmp_path / "坏.pdf", tmp_path / "空.txt", picture(tmp_path / "密.png", "#102030")
    broken.write_bytes(b"%PDF-1.7\nnothing")
    empty.write_bytes(b"")
    large = tmp_path / "大.bmp"
    Image.new("RGB", (1200, 1600)).save(large)
    kept = evidence.add_files(store, matter.id, [broken, empty, secret, large])
    with store.work() as session:
        session.query(Evidence).filter_by(id=kept[2].id).one().privileged = True
    found = {(one.evidence, one.kind, one.blocks) for one in preflight.look(store, matter.id, find_form("cn-nifa"))}
    wanted: set[tuple[uuid.UUID | None, str, bool]] = {
        (kept[0].uuid, "file", True), (kept[1].uuid, "file", True), (kept[2].uuid, "privileged", False),
        (kept[3].uuid, "size", False)}
    assert wanted <= found


def test_every_limit_of_a_portal_is_told_before_anything_is_built(
        store: Store, matter: Matter, tmp_path: Path) -> None:
    long = tmp_path / "长.pdf"
    with pikepdf.new() as pdf:
        for _ in range(5):
            pdf.add_blank_page()
        pdf.save(long)
    evidence.add_files(store, matter.id, [picture(tmp_path / "1.png"), picture(tmp_path / "2.jpg", "#203040"), long])
    portal = Portal(types=("jpg",), max_mb=0.001, max_total_mb=0.002, max_files=2, max_text=10, max_pages=4,
                    confidence="M", source="a test")
    report = find_form("cn-report")
    asked = (*report.asked, Question(name="a", text={"zh": "甲", "en": "A"}, max_length=3))
    every = [one.message for one in preflight.look(store, matter.id, replace(report, portal=portal, asked=asked),
                                                   choice=Choice(answers={"a": "unforeseen"}))]
    for said in ("“A” has 10 characters; at most 3", "“1” has 0.0 MB", "“1” goes in only within the bundle",
                 "5 pages; the portal takes 4", "There are 3 files; the portal takes 2", "All files together",
                 "The portal takes jpg", "characters; the portal takes 10"):
        assert any(said in one for one in every), said


def test_numbers_of_persons_on_an_exhibits_pages_are_told(store: Store, matter: Matter, tmp_path: Path) -> None:
    page = tmp_path / "a.pdf"
    canvas = Canvas(str(page))
    canvas.showPage()
    canvas.drawString(72, 700, "ID 11010519491231002X")
    canvas.save()
    (tmp_path / "b.txt").write_text("卡号 6222 0212 3456 7890 128", encoding="gb18030")
    kept = evidence.add_files(store, matter.id, [page, tmp_path / "b.txt"])
    told = {one.evidence: one.message for one in preflight.look(store, matter.id, find_form("cn-court"))
            if one.kind == "personal"}
    assert "002X (page 2)" in told[kept[0].uuid]
    assert "0128" in told[kept[1].uuid]


def test_types_the_portal_does_not_take_are_told(store: Store, matter: Matter, tmp_path: Path) -> None:
    evidence.add_files(store, matter.id, [picture(tmp_path / "1.png")])
    assert [one.kind for one in preflight.look(store, matter.id, find_form("us-court"))] == ["type"]


def test_numbers_of_persons_are_told_with_their_tail_only(store: Store, matter: Matter) -> None:
    with store.work() as session:
        session.add(Incident(matter_id=matter.id, words="他说身份证11010519491231002x还钱"))
    [one] = [one for one in preflight.look(store, matter.id, find_form("cn-court")) if "002X" in one.message]
    assert (one.kind, one.blocks) == ("personal", False)
    assert "1949" not in one.message


@pytest.mark.parametrize(("text", "tails"), [
    ("11010519491231002X", ["002X"]), ("110105194912310021", []), ("4111 1111 1111 1111", ["1111"]),
    ("4111 1111 1111 1112", []), ("078-05-1120", ["1120"]), ("000-12-3456", []), ("2026-11-03", []),
    ("13900001234", []), ("XA2026101400128", []), ("x" * 10, []), ("第4111111111111111号", ["1111"]),
])
def test_numbers_are_known_by_their_check_digits(text: str, tails: list[str]) -> None:
    assert [one.tail for one in personal_data.numbers(text)] == tails
