"""Who changed which field from what to what, and when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from sqlalchemy import Enum, select

from casedesk.base import money
from casedesk.base.fields import Field
from casedesk.base.i18n import N_, tr
from casedesk.casework.references import references
from casedesk.records import BY_TABLE, Change, Record, columns
from casedesk.store import audit
from casedesk.store.cabinet import Store
from casedesk.store.work import WITH_TRASH
from casedesk.ui import look, parts
from casedesk.ui.captions import caption, captions
from casedesk.ui.office import Office
from casedesk.ui.pages.matter_facts import MatterFacts
from casedesk.ui.shown import DOTS
from casedesk.ui.tables.plain import PlainModel, PlainRow
from casedesk.ui.tables.view import RowsView

_MOST = 2000
_ACTIONS = {"add": N_("Added"), "edit": N_("Changed"), "delete": N_("Deleted"), "restore": N_("Restored"),
            "purge": N_("Purged"), "hand over": N_("Handed over with what is privileged")}


class ReadingHistory:
    """Read the last changes of one matter, each field a line."""

    def __init__(self, store: Store, matter_id: int) -> None:
        self._store, self._matter_id = store, matter_id
        self._called: dict[type[Record], dict[int, str]] = {}

    def __call__(self) -> list[PlainRow]:
        with self._store.read() as session:
            changes = session.scalars(select(Change).where(Change.matter_id == self._matter_id)
                                      .order_by(Change.seq.desc()).limit(_MOST)).all()
            names, back = self._names(session, changes), set(audit.clocks_set_back(session.connection()))
        return [row for change in changes for row in self._lines(change, names, doubtful=change.seq in back)]

    def _names(self, session: Any, changes: Any) -> dict[Any, str]:
        wanted: dict[str, set[Any]] = {}
        for change in changes:
            wanted.setdefault(change.kind, set()).add(change.record)
        return {record.uuid: caption(record) for table, uuids in wanted.items() for record in session.scalars(
            select(BY_TABLE[table]).where(BY_TABLE[table].uuid.in_(uuids)), execution_options=WITH_TRASH)}

    def _lines(self, change: Change, names: dict[Any, str], *, doubtful: bool) -> Iterator[PlainRow]:
        kind, at = BY_TABLE[change.kind], f"{change.at.astimezone():%Y-%m-%d %H:%M}"
        head = (tr("{time} (the clock was set back)", time=at) if doubtful else at, change.who,
                tr(_ACTIONS.get(change.action, change.action)),
                f"{tr(kind.title)}: {names.get(change.record, '')}")
        shown = {column.key: how for column, how in columns(kind)}
        fields = [(name, pair) for name, pair in change.fields.items() if name in shown] or [("", (None, None))]
        for name, (old, new) in fields:
            how = shown.get(name)
            yield PlainRow((*head, tr(how.label) if how is not None else "", self._said(kind, name, how, old),
                            self._said(kind, name, how, new)), change.seq, "doubt" if doubtful else "")

    def _said(self, kind: type[Record], name: str, how: Field | None, value: Any) -> str:
        """A kept value in a person's words."""
        if value is None or value == "" or how is None:
            return ""
        if how.masked:
            return DOTS
        target = references(kind).get(name)
        if target is not None:
            known = self._called.setdefault(target, {})
            if value not in known:
                known.update(captions(self._store, target, [value]))
            return known.get(value, str(value))
        return _plain(kind, name, how, value)


def _plain(kind: type[Record], name: str, how: Field, value: Any) -> str:
    wanted = kind.__table__.c[name].type
    if isinstance(wanted, Enum) and wanted.enum_class is not None:
        return tr(wanted.enum_class(value).label)  # type: ignore[attr-defined]
    if isinstance(value, bool):
        return tr("Yes") if value else tr("No")
    if how.money and isinstance(value, int):
        return money.show_cents(value)
    if isinstance(value, list):
        return tr(", ").join(str(one) for one in value)
    return str(value).replace("T", " ").replace("+00:00", " UTC") if name.endswith("at") else str(value)


class HistorySection(QWidget):
    """The changes of one matter, the last first."""

    def __init__(self, office: Office, facts: MatterFacts) -> None:
        super().__init__()
        self.office, self.facts = office, facts
        self._rows: list[PlainRow] = []
        self.model = PlainModel([tr("Time"), tr("Who"), tr("Action"), tr("Record"), tr("Field"), tr("Old value"),
                                 tr("New value")], merged=4)
        self.view = RowsView(self.model)
        self.view.told.connect(self.office.say)
        self.view.describe(tr("History"))
        for at, width in enumerate((15, 9, 6, 32, 16, 24, 30)):
            self.view.setColumnWidth(at, look.chars(self.view, width))
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Filter"))
        self.filter.setAccessibleName(tr("Filter"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setFixedWidth(look.chars(self.filter, 24))
        self.filter.textChanged.connect(self._narrow)
        self.said = parts.text("", tone="faint", font=look.small_font())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(parts.row(self.filter, self.said, None, margin=2, gap=3))
        layout.addWidget(self.view)
        self._again = QTimer(self, singleShot=True, interval=150)
        self._again.timeout.connect(self.read)
        office.changed.connect(self._heard)
        self.read()

    @Slot()
    def read(self) -> None:
        """Read the changes again."""
        self.office.read(ReadingHistory(self.office.store, self.facts.id), self._show)

    @Slot(object)
    def _heard(self, tables: frozenset[str]) -> None:
        self._again.start()

    @Slot(object)
    def _show(self, rows: list[PlainRow]) -> None:
        self._rows = rows
        many = len(rows) >= _MOST
        self.said.setText(tr("The last {n} changes", n=f"{_MOST:,}") if many else "")
        self._narrow()

    @Slot()
    def _narrow(self) -> None:
        wanted = self.filter.text().lower()
        self.model.show([row for row in self._rows if wanted in " ".join(row.cells).lower()])
