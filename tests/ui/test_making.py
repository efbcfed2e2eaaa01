"""Documents are made below while one works on; files that cannot be shown are listed before."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from casedesk.casework.evidence import add_files
from casedesk.records import Matter
from casedesk.store.cabinet import Store
from casedesk.ui.making.dialog import MakingDialog
from casedesk.ui.office import Office
from casedesk.ui.pages.matter_facts import MatterFacts, Reading
from casedesk.ui.statusline import StatusLine
from tests.ui.conftest import Until


@pytest.fixture
def facts(store: Store, matter: Matter) -> MatterFacts:
    found = Reading(store, matter.id)()
    assert found is not None
    return found


Ask = Callable[[str, Path], MakingDialog]


@pytest.fixture
def ask(office: Office, facts: MatterFacts, shown: Callable[[QWidget], QWidget]) -> Ask:
    """The dialog that makes one document."""
    desk = shown(QWidget())

    def dialog_for(what: str, out: Path) -> MakingDialog:
        dialog = MakingDialog(desk, office, facts, what)
        dialog.out.setText(str(out))
        dialog.open()
        return dialog

    return dialog_for


@pytest.mark.parametrize(("where", "lang"), [("cn", "zh"), ("ew", "en"), ("us", "en")])
def test_a_bundle_is_proposed_in_the_language_and_for_the_court_of_the_matter(
        office: Office, facts: MatterFacts, shown: Callable[[QWidget], QWidget], where: str, lang: str) -> None:
    dialog = MakingDialog(shown(QWidget()), office, replace(facts, jurisdiction=where), "bundle")
    assert (dialog.lang.currentData(), dialog.profile.currentData()) == (lang, f"{where}-court")


def test_a_matter_file_is_written_and_the_status_line_offers_it(
        office: Office, ask: Ask, tmp_path: Path, until: Until, shown: Callable[[QWidget], QWidget]) -> None:
    status = StatusLine()
    shown(status)
    office.jobs.started.connect(status.job.follow)
    out = tmp_path / "matter.zip"
    ask("matter", out).start()
    until(status.job.open_button.isVisible)
    assert "matter.json" in zipfile.ZipFile(out).namelist()


def test_the_status_line_is_silent_about_work_whose_outcome_stands_elsewhere(
        office: Office, until: Until, shown: Callable[[QWidget], QWidget]) -> None:
    status = StatusLine()
    shown(status)
    office.jobs.started.connect(status.job.follow)
    for told in (True, False):
        office.run(lambda progress: None, "Looking", told=told)
        until(lambda: not office.jobs.busy)
        assert status.job.isVisible() is told


def test_the_window_turns_while_a_workbook_is_made(office: Office, ask: Ask, tmp_path: Path, until: Until) -> None:
    ticks: list[int] = []
    timer = QTimer(interval=1)
    timer.timeout.connect(lambda: ticks.append(1))
    timer.start()
    out = tmp_path / "book.xlsx"
    ask("workbook", out).start()
    until(lambda: out.is_file() and not office.jobs.busy)
    assert len(ticks) > 5


def test_a_file_that_cannot_be_shown_is_named_before_anything_is_built(
        office: Office, store: Store, facts: MatterFacts, ask: Ask, tmp_path: Path, until: Until) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing of it is true")
    add_files(store, facts.id, [broken])
    out = tmp_path / "bundle.pdf"
    dialog = ask("bundle", out)
    dialog.start()
    until(lambda: dialog.model.rows)
    assert dialog.model.rows[0].cells[0].startswith("broken")
    assert not dialog.go.isEnabled()
    assert not out.exists()
    dialog.slips.setChecked(True)
    assert dialog.go.isEnabled()
    dialog.start()
    until(lambda: out.is_file() and not office.jobs.busy)
    assert out.read_bytes().startswith(b"%PDF-")


def test_the_window_turns_while_a_bundle_of_thousands_of_pages_is_made(
        office: Office, store: Store, facts: MatterFacts, ask: Ask, tmp_path: Path, until: Until) -> None:
    pages = pikepdf.new()
    for _ in range(3000):
        pages.add_blank_page(page_size=(595, 842))
    pages.save(tmp_path / "long.pdf")
    add_files(store, facts.id, [tmp_path / "long.pdf"])
    ticks: list[int] = []
    timer = QTimer(interval=1)
    timer.timeout.connect(lambda: ticks.append(1))
    timer.start()
    out = tmp_path / "bundle.pdf"
    ask("bundle", out).start()
    until(lambda: out.is_file() and not office.jobs.busy)
    with pikepdf.open(out) as made:
        assert len(made.pages) > 3000
    assert len(ticks) > 20
