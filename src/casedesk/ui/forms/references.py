"""An input that points at another record: type to search, or make a new one."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QCompleter, QSizePolicy, QToolButton

from casedesk.base.errors import InvalidEntry
from casedesk.base.fields import Field
from casedesk.base.i18n import tr
from casedesk.records import Record
from casedesk.ui import captions, icons, look
from casedesk.ui.forms.inputs import Input
from casedesk.ui.office import Office

_ID = Qt.ItemDataRole.UserRole
_NEW = "Ctrl+Shift+A"


class ReferenceInput(Input):
    """The caption of the record pointed at; its id is the value."""

    new_wanted = Signal(object)
    """The kind of record to make."""

    def __init__(self, office: Office, kind: type[Record], declared: Field, matter_id: int | None) -> None:
        super().__init__()
        self._office, self._matter_id, self._declared = office, matter_id, declared
        self.kind = kind
        self._wanted: int | None = None
        self.box = QComboBox()
        self.box.setEditable(True)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.box.setMaximumWidth(look.chars(self.box, max(declared.width, 32)))
        self.box.setMinimumWidth(look.chars(self.box, 24))
        self.box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        line = self.box.lineEdit()
        assert line is not None
        line.setPlaceholderText(tr("Type to search"))
        self._completes()
        self.new_button = new = QToolButton()
        icons.put(new, "plus")
        new.setToolTip(tr("New {kind}", kind=tr(kind.title)) + f"  {_NEW}")
        new.setAccessibleName(tr("New {kind}", kind=tr(kind.title)))
        new.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        new.clicked.connect(self._new)
        shortcut = QShortcut(QKeySequence(_NEW), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self._new)
        self.set_editor(self.box, new)
        self.box.activated.connect(self._chosen)
        line.textEdited.connect(self._chosen)
        office.changed.connect(self._heard)
        self.reload()

    def _completes(self) -> None:
        completer = QCompleter(self.box.model(), self.box)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.box.setCompleter(completer)

    def reload(self) -> None:
        """Read again what may be chosen."""
        self._office.read(self._read, self._offer)

    def _read(self) -> captions.Choices:
        offered, wanted = captions.choices(self._office.store, self.kind, self._matter_id), self._wanted
        if wanted is not None and all(id_ != wanted for id_, _ in offered):
            found = captions.captions(self._office.store, self.kind, [wanted])
            offered += [(id_, tr("{name} (in the trash)", name=said)) for id_, said in found.items()]
        return offered

    @Slot(object)
    def _offer(self, offered: captions.Choices) -> None:
        typed, chosen = self.box.currentText(), self._wanted
        self.box.clear()
        self.box.addItem("", None)
        for id_, said in offered:
            self.box.addItem(said, id_)
        if chosen is not None and self.box.findData(chosen) >= 0:
            self.put(chosen)
        else:
            self.box.setEditText(typed)

    @Slot(object)
    def _heard(self, tables: frozenset[str]) -> None:
        if self.kind.__tablename__ in tables:
            self.reload()

    @Slot()
    def _new(self) -> None:
        self.new_wanted.emit(self.kind)

    @property
    def unknown(self) -> str:
        """What is typed and names none of the records that may be chosen."""
        return self.box.currentText().strip() if self._id() is None else ""

    @Slot()
    def _chosen(self) -> None:
        self._wanted = self._id()
        self.changed.emit()

    def _id(self) -> int | None:
        at = self.box.findText(self.box.currentText(), Qt.MatchFlag.MatchFixedString)
        found = self.box.itemData(at) if at >= 0 else None
        return found if isinstance(found, int) else None

    def put(self, value: Any) -> None:
        self._wanted = value
        at = self.box.findData(value) if value is not None else 0
        self.box.setCurrentIndex(at)
        if at < 0:
            self.box.setEditText("")
            self.reload()  # it may be new, or in the trash
        line = self.box.lineEdit()
        assert line is not None
        line.setCursorPosition(0)

    def value(self) -> Any:
        text = self.box.currentText().strip()
        if not text:
            return self._wanted
        found = self._id()
        if found is None:
            raise InvalidEntry(tr("There is no {kind} called “{text}”.", kind=tr(self.kind.title), text=text),
                               tr("Choose one of the list, or make a new one with + ({keys}).", keys=_NEW))
        return found

    def typed(self) -> Any:
        return {"id": self._wanted, "text": self.box.currentText()}

    def put_typed(self, typed: Any) -> None:
        if isinstance(typed, dict):
            self.put(typed.get("id"))
            if typed.get("id") is None:
                self.box.setEditText(str(typed.get("text", "")))
