"""Unlocking a cabinet with its passphrase or its recovery key."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr
from casedesk.ui import look, parts
from casedesk.ui.jobs import Jobs
from casedesk.ui.welcome import opening

VARIABLE, USER = "CASEDESK_PASSPHRASE", "CASEDESK_USER"


class Unlock(QWidget):
    """Asks for the passphrase; the slow key work runs beside the window."""

    opened = Signal(object)
    """The open Store."""
    back_wanted = Signal()

    def __init__(self, worker: Jobs, who: str) -> None:
        super().__init__()
        self._worker, self._who = worker, who
        self._folder = Path()
        self._at_once: str | None = None
        """What is tried without being asked; empty: what the keyring knows."""
        self.name = parts.title("")
        self.place = parts.text("", tone="faint")
        self.user = QComboBox()
        self.user_label = QLabel(tr("&Who you are"))
        self.user_label.setBuddy(self.user)
        self.user.activated.connect(self._chosen)
        self.passphrase = QLineEdit()
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.passphrase.returnPressed.connect(self.unlock)
        self.label = QLabel(tr("&Passphrase"))
        self.label.setBuddy(self.passphrase)
        self.keep = QCheckBox(tr("&Remember it in this computer's keyring"))
        self.problem = parts.text("", tone="error", wrap=True)
        self.open_button = parts.button(tr("Un&lock"), "primary")
        self.open_button.clicked.connect(self.unlock)
        self.with_recovery = parts.button(tr("Use the recovery &key instead"), "link")
        self.with_recovery.setCheckable(True)
        self.with_recovery.toggled.connect(self._switch)
        back = parts.button(tr("Other cabinet"), "link", "back")
        back.clicked.connect(self.back_wanted)
        self._lay_out(back)

    def _lay_out(self, back: QWidget) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(look.grid(3))
        grid.setVerticalSpacing(look.grid(2))
        grid.addWidget(self.user_label, 0, 0)
        grid.addWidget(self.user, 0, 1)
        grid.addWidget(self.label, 1, 0)
        grid.addWidget(self.passphrase, 1, 1)
        grid.addWidget(self.keep, 2, 1)
        grid.addWidget(self.problem, 3, 1)
        grid.addLayout(parts.row(self.open_button, self.with_recovery, None), 4, 1)
        grid.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.grid(2))
        layout.addLayout(parts.row(back, None))
        layout.addWidget(self.name)
        layout.addWidget(self.place)
        layout.addSpacing(look.grid(2))
        layout.addLayout(grid)
        layout.addStretch(1)

    def ask(self, folder: Path, *, at_once: bool = True, passphrase: str = "") -> None:
        """Ask for this cabinet; at once try the passphrase given, the environment's or the keyring's."""
        self._folder = folder
        self.name.setText(folder.name)
        self.place.setText(str(folder.parent))
        self.passphrase.clear()
        self.problem.setText("")
        self.with_recovery.setChecked(False)
        self._at_once = (passphrase or os.environ.get(VARIABLE, "")) if at_once else None
        self.passphrase.setFocus()
        if opening.is_elsewhere(folder):
            self._busy(busy=True)
            job = self._worker.run(opening.Names(folder))
            job.finished.connect(self._named)
            job.failed.connect(self._failed)
        else:
            self._named(opening.user_names(folder))

    @Slot(object)
    def _named(self, names: list[str]) -> None:
        """It is known who opens the cabinet."""
        self._busy(busy=False)
        self._offer_users(names)
        if self._at_once is not None:
            self._start(self._at_once, known=True)

    def _offer_users(self, names: list[str]) -> None:
        self.user.clear()
        self.user.addItems(names)
        self.user.setCurrentIndex(max(0, self.user.findText(os.environ.get(USER) or self._who)))
        for part in (self.user_label, self.user):
            part.setVisible(len(names) > 1)

    @Slot()
    def _chosen(self) -> None:
        self.passphrase.clear()
        self.passphrase.setFocus()

    @Slot(bool)
    def _switch(self, recovery: bool) -> None:
        self.label.setText(tr("Recovery &key") if recovery else tr("&Passphrase"))
        mode = QLineEdit.EchoMode.Normal if recovery else QLineEdit.EchoMode.Password
        self.passphrase.setEchoMode(mode)
        self.with_recovery.setText(tr("Use the &passphrase instead") if recovery
                                   else tr("Use the recovery &key instead"))
        self.keep.setVisible(not recovery)
        self.passphrase.setFocus()

    @Slot()
    def unlock(self) -> None:
        """Open with what is typed."""
        if self.passphrase.text():
            self._start(self.passphrase.text(), known=False)

    def _start(self, passphrase: str, *, known: bool) -> None:
        attempt = opening.Attempt(
            self._folder, passphrase, who=self._who, known=known, recovery=self.with_recovery.isChecked(),
            keep=self.keep.isChecked(), name=self.user.currentText())
        self._busy(busy=True)
        job = self._worker.run(attempt)
        job.finished.connect(self._opened)
        job.failed.connect(self._failed)

    def _busy(self, *, busy: bool) -> None:
        self.open_button.setEnabled(not busy)
        self.passphrase.setReadOnly(busy)
        self.open_button.setText(tr("Unlocking …") if busy else tr("Un&lock"))

    @Slot(object)
    def _opened(self, store: object) -> None:
        self._busy(busy=False)
        self.passphrase.clear()
        if store is None:
            self.passphrase.setFocus()
        else:
            self.opened.emit(store)

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self._busy(busy=False)
        self.problem.setText(str(problem))
        self.passphrase.selectAll()
        self.passphrase.setFocus()
