"""Nothing is cut off, and one sees where the keyboard is: every page and dialog is walked in a small window."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QColor, QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from casedesk.base import i18n
from casedesk.base.i18n import Language
from casedesk.casework.sample import PASSPHRASE, sample_cabinet
from casedesk.records import BY_TABLE
from casedesk.ui import parts
from casedesk.ui.cut import CutLabel, CutLink
from casedesk.ui.forms.form import Form
from casedesk.ui.look import DARK, LIGHT, Tones
from casedesk.ui.office import Office
from tests.conftest import QUICK
from tests.ui.scenes.cut import faults
from tests.ui.scenes.focus import SEEN, contrast, unmarked
from tests.ui.scenes.scenes import SCENES
from tests.ui.scenes.stage import Stage

_WALKED = ("desk", "matters", "parties", "incidents", "all-evidence", "all-negotiation", "all-filings", "settings",
           "matter-overview", "matter-people", "matter-incidents", "matter-findings", "matter-rules",
           "matter-negotiation", "matter-ladder", "matter-planner", "matter-kept", "matter-statement",
           "matter-reckoner", "matter-evidence", "matter-filings", "matter-deadlines", "matter-history",
           "quick-log", "quick-log-touched", "moving", "making", "shortcuts", "import-files", "filing-form",
           "filing-checklist")

_FRAME = QSize(2, 40)
"""What a window's title and edges take of the screen."""
_READ = 4.5
"""The contrast from which words are read (WCAG 1.4.3, AA)."""
_PATIENCE = 1.5
"""Seconds in which everything has found its place."""


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample cabinet, closed."""
    folder = tmp_path_factory.mktemp("sample") / "cabinet"
    sample_cabinet(folder, cost=QUICK).close()
    return folder


@pytest.fixture(params=[
    pytest.param(("zh", (1024, 700)), id="zh-1024x700"), pytest.param(("en", (960, 540)), id="en-960x540"),
    pytest.param(("en", (1024, 700)), id="en-1024x700", marks=pytest.mark.slow)])
def stage(request: pytest.FixtureRequest, qapp: QApplication, sample: Path, tmp_path: Path) -> Iterator[Stage]:
    """The window, as small as an old laptop shows it and as a monitor of 1920x1080 does at 200 %."""
    lang, size = request.param
    folder = tmp_path / "the-cabinet-of-a-firm-that-gives-its-folders-names-without-a-space"
    shutil.copytree(sample, folder)
    made = Stage(folder, tmp_path / "settings", lang, "light", QSize(*size), quiet=0.02)
    made.open(PASSPHRASE)
    yield made
    made.close()


def test_nothing_is_cut_off_in_a_small_window_and_the_focus_is_seen(stage: Stage) -> None:
    found, hidden, screen, sorts = {}, [], stage.window.size() - _FRAME, set[tuple[object, ...]]()
    for name in _WALKED:
        over = SCENES[name](stage)
        looked_at = over if over is not None and over.isWindow() else stage.window
        if looked_at is over:
            looked_at.resize(looked_at.size().boundedTo(screen))
            assert looked_at.size().boundedTo(screen) == looked_at.size(), f"{name} is larger than the screen"
        until = time.monotonic() + _PATIENCE
        while True:
            stage.settle()
            found[name] = faults(looked_at)
            if not found[name] or time.monotonic() > until:
                break
        if stage.preferences.language == "zh":  # a ring around a widget needs no words
            looked_at.activateWindow()
            hidden += [f"{name}: {one}" for one in unmarked(looked_at, sorts)]
        if over is not None:
            over.close()
    assert hidden == []
    assert [f"{name}: {one}" for name, said in found.items() for one in said] == []


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_words_and_signs_stand_out_from_what_is_behind_them(scheme: Tones) -> None:
    behind = (scheme.window, scheme.base, scheme.raised, scheme.selection)
    words = [(one, other) for one in (scheme.text, scheme.faint, scheme.accent, scheme.doubt, scheme.error, scheme.good)
             for other in behind] + [(scheme.on_accent, scheme.accent)]
    signs = [(one, other) for one in (scheme.border, scheme.accent) for other in (scheme.window, scheme.base)]
    assert [pair for pair in words if contrast(*map(QColor, pair)) < _READ] == []
    assert [pair for pair in signs if contrast(*map(QColor, pair)) < SEEN] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_form_fits_a_narrow_pane(office: Office, lang: Language) -> None:
    i18n.use(lang)
    for kind in BY_TABLE.values():
        form = Form(office, kind, {})
        form.arrange()
        area = parts.scrolling(parts.holding(parts.column(form)))
        area.resize(320, 900)
        area.show()
        for _ in range(3):
            QApplication.processEvents()
        assert (kind.__tablename__, faults(area)) == (kind.__tablename__, [])
        area.close()
        area.deleteLater()


def test_labels_go_above_their_fields_where_both_have_no_room(office: Office) -> None:
    form = Form(office, BY_TABLE["debt"], {})
    area = parts.scrolling(form)
    row = next(iter(form.rows.values()))
    area.show()
    for width, above in ((900, False), (320, True), (900, False)):
        area.resize(width, 900)
        QApplication.processEvents()
        assert (row.label.geometry().bottom() < row.cell.y()) is above
    area.close()
    area.deleteLater()


def test_cut_words_end_in_an_ellipsis_and_are_told_whole(qapp: QApplication) -> None:
    holder = QWidget()
    widgets: tuple[CutLabel | CutLink, ...] = (
        CutLabel("北辰信用管理有限公司"), CutLink("People && debts of 北辰"), CutLink("改用恢复密钥(&K)"))
    for widget in widgets:
        widget.setParent(holder)
        widget.resize(60, 24)
        assert widget.shown().endswith("…")
        centre = widget.rect().center()
        QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, centre, widget.mapToGlobal(centre)))
        assert QToolTip.text() == widget.text().replace("&&", "&")
        widget.resize(widget.sizeHint())
        assert widget.shown() == widget.text()
    QToolTip.hideText()
