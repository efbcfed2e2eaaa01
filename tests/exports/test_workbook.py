"""The workbook read back: typed cells, text exactly as logged, nothing cut, no formula, the same bytes each time."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings, strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from casedesk.base import times
from casedesk.base.errors import DocumentError
from casedesk.base.i18n import Language, words
from casedesk.base.typed_time import Precision
from casedesk.exports import workbook
from casedesk.exports.workbook import tables, texts
from casedesk.records import (
    Client,
    Collector,
    Creditor,
    Debt,
    Evidence,
    EvidenceLink,
    Finding,
    FindingIncident,
    Incident,
    IncidentSource,
    Matter,
    Offer,
    Payment,
    Record,
    columns,
)
from casedesk.records.dossier import Dossier
from casedesk.records.words import Channel, FindingState, Jurisdiction, Product, Role, Side, SourceKind

AT = dt.datetime(2026, 11, 3, 14, 14, 5, tzinfo=dt.UTC)


def numbered(*records: Record) -> None:
    for number, record in enumerate(records, 1):
        record.id = number
        record.changed_at = AT


def incident(**values: Any) -> Incident:
    return Incident(matter_id=1, **{"at": AT, **values})


def dossier(*incidents: Incident, **lists: Sequence[Record]) -> Dossier:
    client, matter = Client(name="林某"), Matter(ref="2026-0012", name="林某 & 某银行 <催收>", client_id=1)
    numbered(client)
    numbered(matter)
    numbered(*incidents)
    for records in lists.values():
        numbered(*records)
    known: dict[str, Any] = dict(lists)
    return Dossier(matter=matter, client=client, incidents=incidents, incident_count=len(incidents),
                   open_file=lambda evidence: io.BytesIO(), firm="某律师事务所", chain_head="ab" * 32, **known)


def written(found: Dossier, out: Path, lang: Language = "en") -> Any:
    workbook.write(found, out, lang=lang)
    return load_workbook(out)


def rows(sheet: Worksheet) -> list[dict[str, Any]]:
    titles, *lines = sheet.iter_rows()
    return [{str(title.value): cell for title, cell in zip(titles, line, strict=False)} for line in lines]


@pytest.fixture
def full() -> Dossier:
    bank, agency = Creditor(name="某银行"), Collector(name="某催收", creditor_id=1)
    debt = Debt(matter_id=1, creditor_id=1, product=Product.CREDIT_CARD, contract_number="6222020001",
                principal=5_831_050, claimed=10**16 + 1, due_on=dt.date(2026, 1, 31), notes="internal")
    calls = [
        incident(words="=HYPERLINK(\"http://x\")", number="021-60000000", collector_id=1, debt_id=1, duration=83,
                 answered=True, tags=["威胁", "深夜"], reached=Role.RELATIVE, demanded=1,
                 account="6222020200112233445"),
        incident(at=AT + dt.timedelta(minutes=61), precision=Precision.APPROX, channel=Channel.SMS,
                 zone="Europe/London"),
        incident(at=dt.datetime(2026, 11, 3, 16, tzinfo=dt.UTC), precision=Precision.DAY, answered=False),
    ]
    photo = Evidence(matter_id=1, name="短信截图", file_name="a.png", size=12, sha256="f" * 64, password="secret",
                     original_path="C:/Users/lin")
    finding = Finding(matter_id=1, state=FindingState.CONFIRMED, rule="夜间催收", why="22:14")
    dismissed = Finding(matter_id=1, rule="不成立", state=FindingState.DISMISSED, reason="no")
    return dossier(
        *calls, creditors=[bank], collectors=[agency], debts=[debt], evidence=[photo],
        payments=[Payment(matter_id=1, debt_id=1, paid_on=dt.date(2026, 10, 1), amount=100_000)],
        offers=[Offer(matter_id=1, made_on=dt.date(2026, 9, 1), side=Side.CLIENT, total=4_000_000, debt_id=1)],
        links=[EvidenceLink(matter_id=1, evidence_id=1, incident_id=1)], findings=[finding, dismissed],
        sources=[IncidentSource(matter_id=1, incident_id=1, kind=SourceKind.BILL, evidence_id=1, line=7)],
        finding_rows=[FindingIncident(matter_id=1, finding_id=1, incident_id=number) for number in (3, 1)])


def test_cells_have_types(full: Dossier, tmp_path: Path) -> None:
    book = written(full, tmp_path / "book.xlsx")
    first, about, day = rows(book["Incidents"])
    assert first["Time"].value == dt.datetime(2026, 11, 3, 22, 14, 5)  # noqa: DTZ001 - a cell has no zone
    assert first["Time"].is_date
    assert (first["Time zone"].value, first["Time (UTC)"].value) == ("Asia/Shanghai", "2026-11-03T14:14:05.000Z")
    assert about["Time"].value == dt.datetime(2026, 11, 3, 15, 15, 5)  # noqa: DTZ001
    assert (about["Time"].number_format, day["Time"].number_format) == ('"about "yyyy-mm-dd hh:mm', "yyyy-mm-dd")
    assert (first["Duration (s)"].value, first["Duration (s)"].data_type) == (83, "n")
    assert (first["Answered"].value, about["Answered"].value, day["Answered"].value) == ("Yes", None, "No")
    assert (first["Amount demanded"].value, first["Amount demanded"].number_format) == (0.01, "#,##0.00_)")
    assert (first["Account to pay to"].value, first["Account to pay to"].data_type) == ("6222020200112233445", "s")
    assert (first["Collector"].value, first["Debt"].value) == ("某催收", "Credit card 6222020001")
    assert (first["Evidence"].value, first["Sources"].value) == ("短信截图", "Operator's bill a.png line 7")
    [debt] = rows(book["Debts"])
    assert debt["Principal"].value == 58310.50
    assert debt["Claimed in all"].value == "100,000,000,000,000.01", "a number would lose the last digits"
    assert debt["Due on"].value == dt.datetime(2026, 1, 31)  # noqa: DTZ001
    [finding] = rows(book["Findings"])
    assert (finding["Rule"].value, finding["Incident nos."].value) == ("夜间催收", "1, 3")
    [photo] = rows(book["Evidence"])
    assert (photo["SHA-256"].value, photo["Incident nos."].value) == ("f" * 64, "1")
    assert [sheet.title for sheet in book.worksheets][:3] == ["About", "Incidents", "Findings"]


def test_every_declared_field_of_an_incident_is_a_column(full: Dossier, tmp_path: Path) -> None:
    sheet = written(full, tmp_path / "book.xlsx")["Incidents"]
    titles = [cell.value for cell in sheet[1]]
    labels = {f"{how.label} ({how.unit})" if how.unit else how.label
              for column, how in columns(Incident) if column.key != "privileged"}
    assert labels <= set(titles)
    assert {"UUID", "Time (UTC)", "Collector UUID", "Evidence UUIDs"} <= set(titles)
    assert len(titles) == len(set(titles))
    assert rows(sheet)[0]["UUID"].value == str(next(iter(full.incidents)).uuid)


def test_what_is_the_firms_own_is_not_in_it(full: Dossier, tmp_path: Path) -> None:
    book = written(full, tmp_path / "book.xlsx")
    said = {str(cell.value) for sheet in book.worksheets for line in sheet.iter_rows() for cell in line}
    assert not said & {"internal", "secret", "C:/Users/lin", "不成立"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_is_set_up_for_reading_and_printing(full: Dossier, tmp_path: Path, lang: Language) -> None:
    book, say = written(full, tmp_path / "book.xlsx", lang), words(lang)
    for sheet in book.worksheets:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "&P" in sheet.oddFooter.right.text
        assert "&N" in sheet.oddFooter.right.text
        if sheet.title in (say("About"), say("Statistics")):
            continue
        assert sheet.freeze_panes == "B2"
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert all(cell.font.bold for cell in sheet[1])
    assert len(book[say("Statistics")]._charts) == 2
    assert book[say("Statistics")].conditional_formatting
    assert book.properties.creator == "某律师事务所"
    assert book.properties.modified == AT.replace(tzinfo=None)


def test_statistics_count_what_was_logged(full: Dossier, tmp_path: Path) -> None:
    book = written(full, tmp_path / "book.xlsx")
    sheet = book["Statistics"]
    heat = {row[0].value: [cell.value for cell in row[1:26]] for row in sheet.iter_rows(min_row=12, max_row=18)}
    assert list(heat) == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert heat["Tue"][22] == 1
    assert heat["Tue"][15] == 1
    assert heat["Tue"][24] == 2
    assert [(cell[0].value.date(), cell[2].value) for cell in book["Statistics - days"].iter_rows(min_row=2)] == [
        (dt.date(2026, 11, 3), 2), (dt.date(2026, 11, 4), 1)]
    hours = sheet._charts[1]
    assert [series.val.numRef.f for series in hours.series] == [
        f"'Statistics'!$B${row}:$Y${row}" for row in range(12, 19)]


def test_the_same_records_give_the_same_bytes(full: Dossier, tmp_path: Path) -> None:
    first, second = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    workbook.write(full, first, lang="zh")
    workbook.write(full, second, lang="zh")
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for name in archive.namelist():
            ET.fromstring(archive.read(name))  # every part is well-formed


def test_text_never_becomes_a_formula(tmp_path: Path) -> None:
    live = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1", "#REF!", "=", "1e5", "00123", "TRUE"]
    book = written(dossier(*(incident(words=text, number=text) for text in live)), tmp_path / "book.xlsx")
    for text, line in zip(live, rows(book["Incidents"]), strict=True):
        assert (line["Their words"].value, line["Their words"].data_type) == (text, "s")
        assert line["Their words"].quotePrefix is (text[0] in "=+-@\t＝")
        assert line["Their number"].number_format == "@"


def test_long_texts_go_on_on_a_sheet_of_their_own(tmp_path: Path) -> None:
    huge, tall, plain = "𫖮恐吓\n" * 20_000, "一行\n" * 60, "短"
    book = written(dossier(incident(words=huge), incident(words=tall), incident(words=plain)), tmp_path / "b.xlsx")
    first, second, third = rows(book["Incidents"])
    parts: dict[str, str] = {}
    for line in rows(book["Full texts"]):
        cell = line["Cell"].value
        parts[cell] = parts.get(cell, "") + line["Text"].value
        assert texts.units(line["Text"].value) <= texts.MOST_UNITS
    names = {line["Their words"].coordinate: line["Their words"] for line in (first, second)}
    assert parts == {f"Incidents!{first['Their words'].coordinate}": huge,
                     f"Incidents!{second['Their words'].coordinate}": tall}
    assert first["Their words"].value.startswith(huge[:300])
    assert "continued on “Full texts”, row 2" in first["Their words"].value
    assert second["Their words"].value == tall
    assert all(re.fullmatch(r"'Full texts'!D\d+", cell.hyperlink.location) for cell in names.values())
    assert third["Their words"].hyperlink is None


def test_a_cell_of_just_the_most_is_whole(tmp_path: Path) -> None:
    edge, over = "a" * 32_767, "a" * 32_766 + "😡"
    book = written(dossier(incident(reply=edge), incident(reply=over)), tmp_path / "b.xlsx")
    first, second = rows(book["Incidents"])
    assert first["Our reply"].value == edge
    assert second["Our reply"].value != over
    assert "".join(line["Text"].value for line in rows(book["Full texts"])
                   if line["Cell"].value.endswith(second["Our reply"].coordinate)) == over


def test_signs_no_cell_can_hold_are_shown_and_named(tmp_path: Path) -> None:
    book = written(dossier(incident(words="a\x00b\x1bc\ud800d\uffff")), tmp_path / "book.xlsx")
    [line] = rows(book["Incidents"])
    assert line["Their words"].value == "a␀b␛c\\uD800d\\uFFFF"
    about = {str(row[0].value): str(row[1].value) for row in book["About"].iter_rows() if len(row) > 1}
    assert f"Incidents!{line['Their words'].coordinate}" in about["Signs shown otherwise"]


def test_more_incidents_than_a_sheet_holds_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 4)
    book = written(dossier(*(incident(words=str(number)) for number in range(10))), tmp_path / "book.xlsx")
    names = [sheet.title for sheet in book.worksheets if sheet.title.startswith("Incidents")]
    assert names == ["Incidents", "Incidents 2", "Incidents 3"]
    said = [(line["No."].value, line["Their words"].value) for name in names for line in rows(book[name])]
    assert said == [(number + 1, str(number)) for number in range(10)]


def test_times_a_spreadsheet_cannot_count_are_text(tmp_path: Path) -> None:
    early = [dt.datetime(1, 1, 1, tzinfo=dt.UTC), dt.datetime(1899, 5, 5, 1, tzinfo=dt.UTC),
             dt.datetime(9999, 12, 31, 23, 59, tzinfo=dt.UTC), dt.datetime(1900, 3, 1, tzinfo=dt.UTC)]
    book = written(dossier(*(incident(at=at, zone="UTC") for at in early)), tmp_path / "book.xlsx")
    assert [line["Time"].value for line in rows(book["Incidents"])] == [
        "0001-01-01 00:00:00", "1899-05-05 01:00:00", *(at.replace(tzinfo=None) for at in early[2:])]


def test_an_empty_matter_still_has_its_main_sheets(tmp_path: Path) -> None:
    book = written(dossier(), tmp_path / "book.xlsx", "zh")
    assert {"催收事件", "违规线索", "债务", "证据", "统计", "说明"} <= {sheet.title for sheet in book.worksheets}


def test_it_is_written_whole_or_not_at_all(full: Dossier, tmp_path: Path) -> None:
    def broken() -> Iterator[Incident]:
        yield next(iter(full.incidents))
        raise KeyboardInterrupt

    class Broken:
        def __iter__(self) -> Iterator[Incident]:
            return broken()

    out = tmp_path / "book.xlsx"
    out.write_bytes(b"the one before")
    with pytest.raises(KeyboardInterrupt):
        workbook.write(replace(full, incidents=Broken()), out)
    assert [path.name for path in tmp_path.iterdir()] == ["book.xlsx"]
    assert out.read_bytes() == b"the one before"
    with pytest.raises(DocumentError):
        workbook.write(full, out / "inside a file" / "book.xlsx")


def test_progress_is_told(full: Dossier, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    workbook.write(full, tmp_path / "book.xlsx", progress=lambda done, total, note="": told.append((done, total)))
    assert told[-1] == (3, 3)


def test_the_night_is_that_of_the_law_as_in_bundle_and_letters(tmp_path: Path) -> None:
    at = dt.datetime(2026, 11, 3, 21, 30, tzinfo=dt.UTC)
    for law, said, count in ((Jurisdiction.EW, "At night (21:00 to 08:00)", 1),
                             (Jurisdiction.CN, "At night (22:00 to 08:00)", 0)):
        found = dossier(incident(at=at, zone="UTC"))
        found.matter.jurisdiction = law
        sheet = written(found, tmp_path / f"{law}.xlsx")["Statistics"]
        rows = [[value for value in row if value is not None] for row in sheet.iter_rows(values_only=True)]
        told = dict(pair for row in rows for pair in pairwise(row))
        assert told[said] == count


def test_english_matters_speak_english(tmp_path: Path) -> None:
    found = dossier(incident(zone="Europe/London"))
    found.matter.jurisdiction, found.matter.zone = Jurisdiction.EW, "Europe/London"
    book = written(found, tmp_path / "book.xlsx")
    chinese = re.compile("[\u4e00-\u9fff]")
    allowed = {"林某", "某律师事务所", "林某 & 某银行 <催收>", "Matter 2026-0012: 林某 & 某银行 <催收>"}
    assert not [cell.value for sheet in book.worksheets for line in sheet.iter_rows() for cell in line
                if chinese.search(str(cell.value)) and cell.value not in allowed]


decoded: Callable[[str], str] = lambda text: text.replace("_x005F_", "_")  # noqa: E731 - as spreadsheets read it


@settings(max_examples=60)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), min_size=1, max_size=8))
def test_any_text_is_read_back_as_it_was(tmp_path: Path, logged: list[str]) -> None:
    book = written(dossier(*(incident(words=text, summary=text) for text in logged)), tmp_path / "book.xlsx")
    for text, line in zip(logged, rows(book["Incidents"]), strict=True):
        for column in ("Their words", "Summary"):
            assert decoded(line[column].value or "") == texts.visible(text)


@given(st.text(min_size=1, max_size=9000))
def test_parts_make_up_the_text(text: str) -> None:
    pieces = list(texts.parts(text))
    assert "".join(pieces) == text
    assert all(texts.columns(piece) <= texts.PART + 2 for piece in pieces)


def test_codes_that_spreadsheets_would_decode_stay_text(tmp_path: Path) -> None:
    out = tmp_path / "book.xlsx"
    workbook.write(dossier(incident(words="_x0041_ _x_ __x000D_")), out, lang="en")
    with zipfile.ZipFile(out) as archive:
        assert "_x005F_x0041_ _x_ __x005F_x000D_" in archive.read("xl/worksheets/sheet2.xml").decode()


def test_the_zone_of_the_matter_is_said(full: Dossier, tmp_path: Path) -> None:
    book = written(full, tmp_path / "book.xlsx")
    said = [str(cell.value) for line in book["About"].iter_rows() for cell in line]
    assert any("Asia/Shanghai" in text for text in said)
    assert "ab" * 32 in said
    assert any("indicator for a lawyer's review" in text for text in said)
    assert f"{times.show(AT, 'Asia/Shanghai')} (Asia/Shanghai)" in said
