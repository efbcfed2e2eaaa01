"""A record in a window of its own: one that belongs to what is on the page, or one just being pointed at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from casedesk.base.i18n import tr
from casedesk.casework.records import Saved
from casedesk.records import Draft, OfMatter, Record
from casedesk.ui import look
from casedesk.ui.forms.inputs import Input
from casedesk.ui.forms.pane import RecordPane
from casedesk.ui.forms.references import ReferenceInput
from casedesk.ui.office import Office


class RecordDialog(QDialog):
    """The form of one record; closes when it is saved, keeps the draft when it is left."""

    def __init__(self, parent: QWidget | None, office: Office, kind: type[Record], fixed: Mapping[str, Any], *,
                 zone: str = "Asia/Shanghai", fills: Input | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr(kind.title))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._fills = fills
        self.pane = RecordPane(office, kind, fixed, zone)
        self.pane.saved.connect(self._saved)
        self.pane.left.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.pane)
        wanted = self.pane.form.sizeHint()
        look.fit(self, parent, max(look.chars(self, 80), wanted.width() + look.grid(16)),
                 min(look.grid(170), wanted.height() + look.grid(36)))

    @classmethod
    def open_new(cls, parent: QWidget, office: Office, kind: type[Record], matter_id: int | None, *,
                 fills: Input | None = None, values: Mapping[str, Any] | None = None) -> RecordDialog:
        """Open a form, empty but for a name typed into `fills`, which is given the record once it is saved.

        Asked for in such a window it stands in its place, which comes back afterwards: no dialog lies on a dialog.
        """
        fixed: dict[str, Any] = {"matter_id": matter_id} if issubclass(kind, OfMatter) else {}
        window = parent.window()
        outer = window if isinstance(window, RecordDialog) else None
        dialog = cls(outer.parentWidget() if outer is not None else window, office, kind, {**fixed, **(values or {})},
                     fills=fills)
        if outer is not None:
            outer.pane.flush()
            outer.hide()
            dialog.finished.connect(outer.open)
        named = {"name": fills.unknown} if isinstance(fills, ReferenceInput) and hasattr(kind, "name") else {}
        dialog.pane.show_new({**named, **(values or {})})
        dialog.open()
        return dialog

    @classmethod
    def open_record(cls, parent: QWidget, office: Office, kind: type[Record], record_id: int, *,
                    fixed: Mapping[str, Any], zone: str = "Asia/Shanghai") -> RecordDialog:
        """Open a record that is there."""
        dialog = cls(parent.window(), office, kind, fixed, zone=zone)
        dialog.pane.show_record(record_id)
        dialog.open()
        return dialog

    @classmethod
    def open_draft(cls, parent: QWidget, office: Office, kind: type[Record], draft: Draft) -> RecordDialog:
        """Go on with a draft."""
        dialog = cls(parent.window(), office, kind, draft.values["fixed"])
        dialog.pane.show_draft(draft)
        dialog.open()
        return dialog

    @Slot(object)
    def _saved(self, saved: Saved) -> None:
        if self._fills is not None:
            self._fills.put(saved.id)
            self._fills.changed.emit()
        self.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return  # Enter in a field saves nothing half typed, and throws nothing away
        super().keyPressEvent(event)

    def done(self, result: int) -> None:
        self.pane.flush()
        super().done(result)
