"""A new cabinet key: what it means, the password again, and afterwards what must be told, shown once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFormLayout, QLineEdit, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress
from casedesk.casework.new_key import Rekeyed
from casedesk.ui import look, parts
from casedesk.ui.growing import GrowingDialog
from casedesk.ui.jobs import Jobs
from casedesk.ui.office import Office
from casedesk.ui.welcome.create import Recovery


@dataclass(frozen=True)
class Rekeying:
    """The slow half, run beside the window once the cabinet is closed in it."""

    folder: Path
    password: str
    name: str

    def __call__(self, progress: Progress) -> Rekeyed:
        from casedesk.casework import new_key
        from casedesk.store import attempts
        from casedesk.store.cabinet import Store

        key = attempts.unlock(self.folder, self.password, name=self.name)
        with Store.open(self.folder, key, who=self.name) as store:
            return new_key.rekey(store, self.password, progress)


def _tell(folder: Path, told: Rekeyed, progress: Progress) -> None:
    told.seen(folder)


class NewKey(QWidget):
    """The button, and what it does in a word."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        self.office = office
        self.button = parts.button(tr("Give a new key …"))
        self.button.clicked.connect(self._ask)
        self.setLayout(parts.row(self.button, parts.text(
            tr("After a computer was stolen or somebody left: old copies and passwords open nothing new."),
            tone="faint", wrap=True)))
        self.setFocusProxy(self.button)

    @Slot()
    def _ask(self) -> None:
        NewKeyDialog(self.window(), self.office).open()


class NewKeyDialog(GrowingDialog):
    """Asks for the password, closes the cabinet in this window, gives it a new key, and shows what that made."""

    def __init__(self, parent: QWidget, office: Office) -> None:
        super().__init__(parent)
        self._office: Office | None = office
        store = office.store
        self._folder, self._name = store.folder, store.who
        self._worker = Jobs("new key", self)
        self._told: Rekeyed
        self.setWindowTitle(tr("A new key for the cabinet"))
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress"))
        self.bar.hide()
        self.said = parts.text("", tone="error", wrap=True)
        self.go = parts.button(tr("&Give it a new key"), "primary")
        self.go.setDefault(True)
        self.go.clicked.connect(self.start)
        self.cancel = parts.button(tr("Cancel"))
        self.cancel.clicked.connect(self.reject)
        self.result_page = Recovery()
        self.result_page.done.connect(self._seen)
        self.pages = QStackedWidget()
        self.pages.addWidget(self._asking())
        self.pages.addWidget(self.result_page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[look.grid(5)] * 4)
        layout.addWidget(self.pages)
        self.setMinimumWidth(look.chars(self, 76))
        self.finished.connect(self._leave)

    def _asking(self) -> QWidget:
        form = QFormLayout()
        form.addRow(tr("Your &password"), self.password)
        return parts.holding(parts.column(
            parts.text(tr(
                "The database and the keys of all evidence get a new key, all of it or nothing. Your password stays; "
                "every other user gets a new one, and there is a new recovery key. The cabinet is closed in this "
                "window, and every other window must open it again. Backups made before still open by the old "
                "secrets: they are put aside, to be destroyed where they lie."), wrap=True),
            form, self.said, self.bar, parts.row(None, self.cancel, self.go), gap=3))

    @Slot()
    def start(self) -> None:
        """Close the cabinet, and begin."""
        if not self.password.text():
            self.password.setFocus()
            return
        for part in (self.go, self.cancel, self.password):
            part.setEnabled(False)
        self.said.setText("")
        if self._office is not None:
            office, self._office = self._office, None
            self.outlives_cabinet = True
            office.lock_wanted.emit()
        self.bar.setRange(0, 0)
        self.bar.show()
        job = self._worker.run(Rekeying(self._folder, self.password.text(), self._name))
        job.finished.connect(self._done)
        job.failed.connect(self._failed)

    @Slot(object)
    def _done(self, told: Rekeyed) -> None:
        self.password.clear()
        self._told = told
        more = [f"{name}: {password}" for name, password in told.passwords.items()]
        more += [tr("Backups made before, opened by the old secrets: {path}", path=path) for path in told.aside]
        more += [told.problem] if told.problem else []
        self.result_page.show_key(told.recovery, "\n".join(more))
        self.pages.setCurrentWidget(self.result_page)

    @Slot()
    def _seen(self) -> None:
        """The person has put the new secrets away: the cabinet is told, and the dialog goes."""
        self.result_page.setEnabled(False)
        job = self._worker.run(partial(_tell, self._folder, self._told))
        job.finished.connect(self.accept)
        job.failed.connect(self.accept)  # then the next opening asks about them

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self.bar.hide()
        for part in (self.go, self.cancel, self.password):
            part.setEnabled(True)
        self.said.setText(str(problem))
        self.password.selectAll()
        self.password.setFocus()

    def reject(self) -> None:
        """Not while the key is being changed, and not before what came of it was read."""
        if self.cancel.isEnabled():
            super().reject()

    @Slot()
    def _leave(self) -> None:
        self._worker.stop()
        self.deleteLater()
