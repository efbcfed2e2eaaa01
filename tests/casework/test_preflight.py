from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from PIL import Image

from casedesk.casework import evidence, personal_data, preflight
from casedesk.casework.forms import find_form
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
