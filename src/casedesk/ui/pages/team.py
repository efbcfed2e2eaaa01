"""Who sees a matter: everybody, or those ticked and the owners."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QCheckBox, QRadioButton, QVBoxLayout, QWidget

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr
from casedesk.casework import teams, users
from casedesk.casework.teams import Team
from casedesk.casework.users import Person
from casedesk.store.cabinet import Store
from casedesk.ui import look, parts
from casedesk.ui.growing import GrowingDialog
from casedesk.ui.office import Office


@dataclass(frozen=True)
class Offered:
    """The team as it is, and who might be in it."""

    team: Team
    people: list[Person]


def offered(store: Store, matter_id: int) -> Offered:
    """Read who there is; owners see every matter and are not asked about."""
    people = [one for one in users.people(store) if one.opens and not one.sees_all]
    return Offered(teams.team(store, matter_id), people)


class TeamDialog(GrowingDialog):
    """One tick for each person."""

    def __init__(self, parent: QWidget, office: Office, matter_id: int) -> None:
        super().__init__(parent)
        self.office, self.matter_id = office, matter_id
        self.setWindowTitle(tr("Who sees this matter"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.all, self.only = QRadioButton(tr("&Everybody of the firm")), QRadioButton(tr("Only the &team and owners"))
        self.only.toggled.connect(self._offer)
        self.ticks: dict[int, QCheckBox] = {}
        self.people = QVBoxLayout()
        self.people.setContentsMargins(look.grid(6), 0, 0, 0)
        self.said = parts.text("", tone="error", wrap=True)
        self.set = parts.button(tr("Save"), "primary")
        self.set.setDefault(True)
        self.set.clicked.connect(self.save)
        cancel = parts.button(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        note = parts.text(tr("The others find nothing of the matter: not in lists, search, the desk or documents."),
                          tone="faint", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[look.grid(4)] * 4)
        layout.setSpacing(look.grid(2))
        layout.addWidget(self.all)
        layout.addWidget(self.only)
        layout.addLayout(self.people)
        layout.addWidget(note)
        layout.addWidget(self.said)
        layout.addLayout(parts.row(None, cancel, self.set))
        self.setMinimumWidth(look.chars(self, 48))
        self.office.read(lambda: offered(office.store, matter_id), self._show)

    @Slot(object)
    def _show(self, found: Offered) -> None:
        for one in found.people:
            tick = self.ticks[one.id] = QCheckBox(f"{one.name} · {tr(one.role.label)}".replace("&", "&&"))
            tick.setChecked(one.id in found.team.members)
            self.people.addWidget(tick)
        (self.only if found.team.restricted else self.all).setChecked(True)
        self._offer()

    @Slot()
    def _offer(self) -> None:
        for tick in self.ticks.values():
            tick.setEnabled(self.only.isChecked())

    @Slot()
    def save(self) -> None:
        """Let them see it, or everybody."""
        store, matter_id = self.office.store, self.matter_id
        chosen = [number for number, tick in self.ticks.items() if tick.isChecked()]
        self.set.setEnabled(False)
        self.office.write(lambda: teams.restrict(store, matter_id, chosen) if self.only.isChecked()
                          else teams.open_to_all(store, matter_id), self._done, self._failed)

    @Slot(object)
    def _done(self, nothing: object) -> None:
        self.accept()

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self.set.setEnabled(True)
        self.said.setText(str(problem))
