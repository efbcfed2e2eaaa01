"""Screenshots read by machine: found by their words, proposing an incident, never changing what was received."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import select

from casedesk.base.errors import ImportProblem
from casedesk.base.resources import resource_path
from casedesk.casework import reading
from casedesk.casework.evidence import add_files
from casedesk.casework.records import save
from casedesk.imports import screenshot
from casedesk.imports.screenshot import Line, Proposed, proposed
from casedesk.records import Evidence, EvidenceLink, Incident, IncidentSource, Matter
from casedesk.records.words import SourceKind
from casedesk.store import search
from casedesk.store.cabinet import Store

SEEN = dt.date(2026, 11, 27)
needs_reader = pytest.mark.skipif(not screenshot.installed(), reason="the extra casedesk[ocr] is not installed")


def said(*lines: str, seen: dt.date = SEEN) -> Proposed:
    return proposed([Line(line, 0.99) for line in lines], seen=seen)


@pytest.mark.parametrize(("line", "at"), [
    ("2026年11月3日22:14", "2026-11-03 22:14"), ("2026-11-03 07:59", "2026-11-03 07:59"),
    ("2026/1/3 周六 下午3:05", "2026-01-03 15:05"), ("11月3日 晚上10:40", "2026-11-03 22:40"),
    ("12月31日 08:00", "2025-12-31 08:00"), ("2月29日 08:00", ""), ("2026年2月30日 08:00", ""),
    ("昨天 22:14", ""), ("22:14", ""), ("中午12:30", ""), ("2026.11.3 中午12:30", "2026-11-03 12:30")])
def test_only_a_whole_moment_is_proposed(line: str, at: str) -> None:
    assert said(line).at == at


def test_the_bar_of_the_telephone_and_the_heading_are_no_words() -> None:
    found = said("22:15", "5G", "87%", "+86 138 0000 0001", "2026年11月3日 22:14", "短信/彩信", "再不还钱就告诉你单位",
                 "请速回电021-61234567")
    assert found == Proposed("2026-11-03 22:14", "+86 138 0000 0001", "再不还钱就告诉你单位\n请速回电021-61234567",
                             0.99)


def test_what_the_machine_is_not_sure_of_is_not_proposed() -> None:
    found = proposed([Line("再不还钱", 0.91), Line("卜卄口", 0.3), Line("2026年11月8日 22:14", 0.4),
                      Line("+86 138 0000 0001", 0.5)], seen=SEEN)
    assert (found.at, found.number, found.words, found.sure) == ("", "", "再不还钱", 0.91)
    assert found.doubtful == ("卜卄口", "2026年11月8日 22:14", "+86 138 0000 0001")


def test_the_machines_doubts_are_kept_with_the_text(store: Store, matter: Matter, tmp_path: Path,
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    [kept] = add_files(store, matter.id, [shot(tmp_path / "a.png", "22:14")])
    lines = [Line("再不还钱就告诉你单位", 0.8712), Line("2026年11月8日 22:14", 0.4)]
    monkeypatch.setattr(screenshot, "installed", lambda: True)
    monkeypatch.setattr(screenshot, "read", lambda picture: lines)
    reading.read_pictures(store, [kept.id])
    found = reading.proposal(store, kept.id)
    assert found.typed["words"] == "再不还钱就告诉你单位"
    assert "at" not in found.typed
    assert found.caption == "Read on a picture, at least 87 % sure: check it; 1 line was too unclear"


def test_the_picture_is_source_and_evidence_of_its_incident(store: Store, matter: Matter, tmp_path: Path) -> None:
    [kept] = add_files(store, matter.id, [shot(tmp_path / "a.png", "22:14")])
    uuid = uuid4()
    save(store, Incident, {"matter_id": matter.id, "at": dt.datetime(2026, 11, 3, 14, 14, tzinfo=dt.UTC)}, uuid=uuid)
    for _ in range(2):
        reading.shows(store, uuid, kept.id)
    with store.read() as session:
        (link,) = session.scalars(select(EvidenceLink)).all()
        (source,) = session.scalars(select(IncidentSource)).all()
    assert (link.evidence_id, source.evidence_id, source.kind) == (kept.id, kept.id, SourceKind.SCREENSHOT)


def test_an_amount_is_no_telephone_number() -> None:
    assert said("尾号1234欠款58,000.00元").number == ""


def test_without_the_reader_it_is_said_and_nothing_is_lost(
        store: Store, matter: Matter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screenshot, "installed", lambda: False)
    picture = shot(tmp_path / "a.png", "22:14")
    [kept] = add_files(store, matter.id, [picture])
    with pytest.raises(ImportProblem, match=r"casedesk\[ocr\]"):
        reading.read_pictures(store, [kept.id])
    with pytest.raises(ImportProblem, match="Nothing was read"):
        reading.proposal(store, kept.id)


def shot(path: Path, *lines: str) -> Path:
    """A picture of a message, as a telephone shows it."""
    picture = Image.new("RGB", (1080, 900), "#ededed")
    font = ImageFont.truetype(str(next(resource_path("fonts").glob("*Hei*.ttf"))), 44)
    for row, line in enumerate(lines):
        ImageDraw.Draw(picture).text((120, 80 + 120 * row), line, font=font, fill="black")
    picture.save(path)
    return path


@needs_reader
def test_a_picture_is_found_by_its_words_and_proposes_an_incident(
        store: Store, matter: Matter, tmp_path: Path) -> None:
    picture = shot(tmp_path / "截图.png", "+86 138 0000 0001", "2026年11月3日 22:14", "再不还钱就告诉你单位和家人")
    note = tmp_path / "note.txt"
    note.write_text("no picture", encoding="utf-8")
    first, second = add_files(store, matter.id, [picture, note])
    found = reading.read_pictures(store, [first.id, second.id])
    assert (found.read, found.empty, found.problems) == (1, 0, ["“note” is no picture."])
    with store.read() as session:
        kept = session.get_one(Evidence, first.id)
    assert "告诉你单位" in kept.machine_text
    assert reading.proposal(store, first.id).typed == {
        "channel": "sms", "direction": "in", "number": "+86 138 0000 0001", "at": "2026-11-03 22:14",
        "words": "再不还钱就告诉你单位和家人"}
    with store.read() as session:
        assert any(hit.kind == "evidence" for hit in search.find(session, "告诉你单位").hits)


@needs_reader
@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n broken"])
def test_what_is_no_picture_is_said(content: bytes) -> None:
    with pytest.raises(ImportProblem):
        screenshot.read(content)


@needs_reader
def test_an_empty_picture_says_nothing() -> None:
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(out, "PNG")
    assert screenshot.read(out.getvalue()) == []
