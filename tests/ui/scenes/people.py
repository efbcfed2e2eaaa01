"""The firm with users: who is asked, the owner's page, who may only look, the team of a matter."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtWidgets import QScrollArea, QWidget

from casedesk.casework import users
from casedesk.casework.sample import PASSPHRASE
from casedesk.records.words import UserRole
from casedesk.store import keys
from casedesk.store.cabinet import Store
from casedesk.ui.pages.records import RecordsPanel
from casedesk.ui.pages.team import TeamDialog
from casedesk.ui.pages.users import PersonDialog, Users
from tests.conftest import QUICK
from tests.ui.scenes.stage import Stage

_OWNER = "王律师"
_STAFF = {"李律师": UserRole.LAWYER, "赵助理": UserRole.PARALEGAL, "审计 Chen": UserRole.READ_ONLY}


def _firm(stage: Stage) -> Path:
    """The sample cabinet with users, beside the sample."""
    folder = stage.cabinet.parent / "firm"
    if not folder.exists():
        shutil.copytree(stage.cabinet, folder)
        with Store.open(folder, keys.unlock(folder, PASSPHRASE), who=_OWNER) as store:
            for name, role in _STAFF.items():
                users.add(store, name, role, name, cost=QUICK)
    return folder


def _as(stage: Stage, name: str) -> None:
    stage.window.lock()
    folder = _firm(stage)
    key = keys.unlock(folder, PASSPHRASE if name == _OWNER else name, name)
    stage.window.open_store(Store.open(folder, key))
    stage.settle()


def log_in(stage: Stage) -> None:
    """The name is asked where there are several users."""
    stage.window.lock()
    stage.window.ask(_firm(stage), at_once=False)
    stage.settle()


def _settings(stage: Stage) -> Users:
    stage.go("settings")
    page = stage.page.findChildren(Users)[0]
    stage.until(page.lines.count)
    stage.page.findChildren(QScrollArea)[0].ensureWidgetVisible(page)
    stage.settle()
    return page


def owner(stage: Stage) -> None:
    """The users in the settings."""
    _as(stage, _OWNER)
    _settings(stage)


def new_user(stage: Stage) -> QWidget:
    """Adding one."""
    _as(stage, _OWNER)
    dialog = PersonDialog(stage.window, _settings(stage).office)
    dialog.first.setText("correct horse")
    dialog.open()
    return dialog


def lawyer(stage: Stage) -> None:
    """The same page for somebody who is no owner."""
    _as(stage, "李律师")
    _settings(stage)


def team(stage: Stage) -> QWidget:
    """Who sees a matter."""
    from tests.ui.scenes.scenes import main_matter

    _as(stage, _OWNER)
    matter = main_matter(stage)
    stage.go("matter", matter, "overview")
    assert stage.window.office is not None
    dialog = TeamDialog(stage.window, stage.window.office, matter)
    dialog.open()
    stage.until(lambda: dialog.ticks)
    dialog.only.setChecked(True)
    return dialog


def reader(stage: Stage) -> None:
    """A matter for somebody who may only look."""
    from tests.ui.scenes.scenes import main_matter

    _as(stage, "审计 Chen")
    stage.go("matter", main_matter(stage), "incidents")
    stage.page.findChildren(RecordsPanel)[0].table.view.selectRow(0)
    stage.settle()
