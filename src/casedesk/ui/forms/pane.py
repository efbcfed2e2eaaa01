"""A record beside its list: read, edited in place, kept as a draft while typed, saved with its version."""

from __future__ import annotations

import datetime as dt
import uuid as uuids
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from casedesk.base.errors import CasedeskError, Conflict, InvalidEntry, Unreachable
from casedesk.base.i18n import tr
from casedesk.casework.records import Saved
from casedesk.casework.restarts import about_of
from casedesk.records import Draft, Record
from casedesk.records.rights import Right
from casedesk.ui import look, parts
from casedesk.ui.allowed import only_with
from casedesk.ui.forms.conflict import ConflictPage
from casedesk.ui.forms.form import Form, Row
from casedesk.ui.forms.keeping import Keeping, Loaded, Loading, Saving, draft_key, drop
from casedesk.ui.forms.others import Others
from casedesk.ui.negotiation.asking import Act, Asking
from casedesk.ui.office import Office

_DEBOUNCE = 300
_CALLED = 20
"""How much of what is typed names a draft."""


class RecordPane(QWidget):
    """One record's form with Save, its draft, and the conflict page when somebody else saved first."""

    saved = Signal(object)
    """The `Saved`."""
    dirty_changed = Signal(bool)
    left = Signal()
    """Esc: the person wants back to the list."""
    loaded = Signal(object)
    """The `Loaded` record, or None for a new one."""

    def __init__(self, office: Office, kind: type[Record], fixed: Mapping[str, Any] | None = None,
                 zone: str = "Asia/Shanghai", leave_out: Iterable[str] = ()) -> None:
        super().__init__()
        self.office, self.kind = office, kind
        self._wanted: object = None
        self.uuid = uuids.uuid4()
        self.version: int | None = None
        self.dirty = False
        self._unreached = False
        """Whether what is said is that the server is away."""
        self._shown_by: int | None = None
        self._sent: dict[str, Any] | None = None
        self._checked: dict[str, Any] = {}
        self._restarted: tuple[str, int | None] = ("", None)
        self._timer = QTimer(self, singleShot=True, interval=_DEBOUNCE)
        self._timer.timeout.connect(self._keep)
        self.form = Form(office, kind, fixed or {}, zone, leave_out)
        self.form.changed.connect(self._typed)
        self.form.new_wanted.connect(self._new_reference)
        self._build()
        self._shortcuts()
        office.reached.connect(self._reached)
        self.show_nothing()

    def _build(self) -> None:
        self.heading = parts.heading("", cut=True)
        self.dot = parts.text("●", tone="accent")
        self.dot.setToolTip(tr("Not saved yet; kept as a draft"))
        self.dot.setAccessibleName(tr("Not saved yet"))
        self.save_button = parts.button(tr("Save"), "primary")
        self.save_button.setToolTip(tr("Save") + "  Ctrl+S")
        self.save_button.clicked.connect(self.save)
        self.drop_button = parts.button(tr("Throw away"))
        self.drop_button.setToolTip(tr("Throw away what is typed and not saved"))
        self.drop_button.clicked.connect(self.throw_away)
        for button in (self.save_button, self.drop_button):
            button.setAutoDefault(False)
        only_with(self.office, "write", self.save_button)
        if not self.office.store.may(Right.WRITE):
            self.form.freeze()
        self.note = parts.text("", tone="faint", font=look.small_font(), wrap=True)
        self.note.hide()
        self.beneath = QVBoxLayout()
        self.beneath.setSpacing(look.grid(4))
        inside = parts.holding(parts.column(self.form, self.beneath, None, margin=4, gap=5))
        self.scroller = parts.scrolling(inside)
        self.others = Others(self.office)
        head = parts.holding(parts.row(self.heading, self.dot, self.others, None, self.drop_button, self.save_button,
                                       margin=2, gap=2))
        self.asking = Asking(self.office)
        self.asking.failed.connect(self._could_not_ask)
        edit = parts.holding(parts.column(head, parts.line(), self.note, self.asking, self.scroller, gap=0), "page")
        self.note.setContentsMargins(*[look.grid(2)] * 4)
        self.empty = parts.text("", tone="faint", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.conflict = ConflictPage()
        self.conflict.decided.connect(self._decided)
        self.stack = QStackedWidget()
        for page in (parts.holding(parts.column(None, self.empty, None, margin=6), "page"), edit, self.conflict):
            self.stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)

    def _shortcuts(self) -> None:
        for keys, slot in (("Ctrl+S", self.save), ("Esc", self.left)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)

    # what is shown

    def show_nothing(self, hint: str = "") -> None:
        """Show no record, and what would be here."""
        self._wanted = None
        self.others.follow("")
        self.asking.forget()
        self.empty.setText(hint or tr("Choose a line to see and edit it here."))
        self.stack.setCurrentIndex(0)

    def show_record(self, record_id: int) -> None:
        """Show the record, with its draft when one was kept."""
        if self._wanted == record_id:
            return
        self._flush()
        self._wanted = record_id
        self.office.read(Loading(self.office.store, self.kind, record_id), self._show)

    def reload(self) -> None:
        """Read the shown record again unless something is typed over it."""
        if isinstance(self._wanted, int) and not self.dirty:
            self.office.read(Loading(self.office.store, self.kind, self._wanted), self._show)

    def show_new(self, values: Mapping[str, Any] | None = None) -> None:
        """An empty form for a new record; `values` are already filled in."""
        self._flush()
        self._wanted = "new"
        self.uuid, self.version, self._restarted, self._shown_by = uuids.uuid4(), None, ("", None), None
        self.form.put(self._defaults() | dict(values or {}))
        self._settled(tr("New: {kind}", kind=tr(self.kind.title)))
        self.loaded.emit(None)
        self.focus_first()

    def show_draft(self, draft: Draft) -> None:
        """Go on with a kept draft of a new record."""
        self._flush()
        kept = draft.values
        self._wanted = "new"
        self.uuid, self.version, self._restarted = uuids.UUID(kept["uuid"]), kept["version"], ("", None)
        self.form.put(self._defaults())
        self._settled(tr("New: {kind}", kind=tr(self.kind.title)))
        self._apply(draft)
        self.loaded.emit(None)
        self.focus_first()

    def focus_first(self) -> None:
        """Put the cursor into the first field."""
        next(iter(self.form.rows.values())).entry.editor.setFocus()

    def _defaults(self) -> dict[str, Any]:
        from casedesk.ui.forms.defaults import defaults

        return defaults(self.kind, self.form.fixed, self.office)

    @Slot(object)
    def _show(self, found: Loaded | None) -> None:
        if found is None:
            self.show_nothing(tr("This is not there any more."))
            return
        if found.id != self._wanted or (self.dirty and found.uuid == self.uuid):
            return
        self.uuid, self.version, self._shown_by = found.uuid, found.version, None
        self._restarted = self._restarts(found.values)
        self.form.put(found.values)
        self._settled(found.caption)
        self.loaded.emit(found)
        if found.draft is not None:
            self._apply(found.draft)

    def _apply(self, draft: Draft) -> None:
        self.version = draft.values["version"]
        self._shown_by = draft.values.get("shown_by")
        self.form.put_typed(draft.values["typed"])
        self._set_dirty(dirty=True)
        self._say(draft.values["caption"] if self._shown_by is not None else
                  tr("Continued from the draft of {time}.", time=_clock(draft.at)), "faint")

    def _settled(self, caption: str) -> None:
        self.asking.forget()
        self.heading.setText(caption)
        self._set_dirty(dirty=False)
        self.others.follow(str(self.uuid))
        self._say("", "")
        self.stack.setCurrentIndex(1)

    def _say(self, said: str, tone: str) -> None:
        self._unreached = False
        self.note.setText(said)
        self.note.setVisible(bool(said))
        parts.tone(self.note, tone)

    def _set_dirty(self, *, dirty: bool) -> None:
        self.save_button.setEnabled(self.office.lost is None and (dirty or self.version is None))
        self.others.edit(on=dirty)
        self.drop_button.setVisible(dirty)
        self.dot.setVisible(dirty)
        if dirty != self.dirty:
            self.dirty = dirty
            self.dirty_changed.emit(dirty)

    # drafts

    @property
    def key(self) -> str:
        """The key its draft is kept under."""
        return draft_key(self.kind, self.uuid)

    @Slot()
    def _typed(self) -> None:
        self._set_dirty(dirty=True)
        self._timer.start()

    @Slot()
    def _keep(self) -> None:
        self.office.write(self._draft(), self._kept)

    def _draft(self) -> Keeping:
        caption = self.note.text() if self._shown_by is not None else self._called()
        return Keeping(self.office.store, self.kind, self.uuid, self.version, self.form.fixed, self.form.typed(),
                       caption, self._shown_by)

    def _called(self) -> str:
        """What the draft is called: of a new record what it is to be, and the first that is typed of it."""
        if self.version is not None:
            return self.heading.text()
        typed = (row.entry.typed() for row in self.form.rows.values() if row.touched)
        said = next((" ".join(one.split()) for one in typed if isinstance(one, str) and one.strip()), "")
        return f"{self.heading.text()}  {said[:_CALLED]}".strip()

    @Slot(object)
    def _kept(self, nothing: object) -> None:
        self.office.drafts_changed.emit()

    @property
    def is_new(self) -> bool:
        """Whether it shows a record that is not in the cabinet yet."""
        return self._wanted == "new" and self.version is None

    def flush(self) -> None:
        """Keep what was typed just now without waiting."""
        self._flush()

    def _flush(self) -> None:
        if self._timer.isActive():
            self._timer.stop()
            self._keep()

    @Slot()
    def throw_away(self) -> None:
        """Forget what is typed; a saved record shows as it stands. Undo keeps it as a draft again."""
        self._timer.stop()
        self.office.say(tr("Draft thrown away"), partial(self._keep_again, self._draft()))
        self.office.write(drop(self.office.store, self.key), self._thrown)

    def _keep_again(self, thrown: Keeping) -> None:
        self.office.write(thrown, self._kept_again)

    @Slot(object)
    def _kept_again(self, nothing: object) -> None:
        self.office.drafts_changed.emit()
        self.reload()

    @Slot(object)
    def _thrown(self, nothing: object) -> None:
        self.office.drafts_changed.emit()
        wanted, self._wanted = self._wanted, None
        self._set_dirty(dirty=False)
        if isinstance(wanted, int):
            self.show_record(wanted)
        else:
            self.show_nothing()
            self.left.emit()

    # saving

    @Slot()
    def save(self) -> None:
        """Check everything, then save beside the window."""
        if self.stack.currentIndex() != 1 or self._sent is not None or (self.version is not None and not self.dirty):
            return
        if self.office.lost is not None:
            self._say(tr("Not saved, kept as a draft: {problem}", problem=self.office.lost), "error")
            self._unreached = True
            return
        try:
            values = self.form.values()
        except InvalidEntry as problem:
            self.form.wrong(problem)
            return
        about, debt_id = self._restarts(values)
        if about and (about, debt_id) != self._restarted:
            self._checked = values
            self.asking.begin(Act(about, values["matter_id"], debt_id, _nothing, self._answered))
        else:
            self._send(values)

    def _restarts(self, values: Mapping[str, Any]) -> tuple[str, int | None]:
        """What of which debt restarts limitation by these values; what was saved so before is not asked again."""
        about = about_of(self.kind, values)
        return about, values.get("debt_id") if about else None

    @Slot(object)
    def _answered(self, nothing: object) -> None:
        self._send(self._checked)

    @Slot(str)
    def _could_not_ask(self, problem: str) -> None:
        self._say(problem, "error")

    def _send(self, values: dict[str, Any], rejected: dict[str, Any] | None = None) -> None:
        self._timer.stop()
        self._sent, self._checked = self.form.typed(), values
        self.save_button.setEnabled(False)
        self.office.write(Saving(self.office.store, self.kind, values, self.uuid, self.version, self._shown_by,
                                 rejected),
                          self._saved, self._failed)

    @Slot(object)
    def _saved(self, saved: Saved) -> None:
        sent, self._sent = self._sent, None
        if saved.uuid != self.uuid:
            return
        self.version, self._wanted = saved.version, saved.id
        self._restarted = self._restarts(self._checked)
        self.stack.setCurrentIndex(1)
        self._say("", "")
        if self.form.typed() == sent:
            self._set_dirty(dirty=False)
            for row in self.form.rows.values():
                row.check()
        else:
            self._timer.start()
        self.office.saved.emit()
        self.office.drafts_changed.emit()
        self.office.read(Loading(self.office.store, self.kind, saved.id), self._title)
        self.saved.emit(saved)

    @Slot(object)
    def _title(self, found: Loaded | None) -> None:
        """Call it what it is called now; the fields are left as they are, somebody may be typing."""
        if found is not None and found.id == self._wanted:
            self.heading.setText(found.caption)

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self._sent = None
        self.save_button.setEnabled(self.office.lost is None)
        self._timer.start()
        if isinstance(problem, Conflict) and problem.theirs:
            self.conflict.show_conflict(self.form, problem)
            self.stack.setCurrentIndex(2)
            self.conflict.focus_first()
        elif isinstance(problem, InvalidEntry) and problem.field in self.form.rows:
            self.form.wrong(problem)
        else:
            self._say(str(problem), "error")
            self._unreached = isinstance(problem, Unreachable)

    @Slot(object, object, int)
    def _decided(self, values: dict[str, Any], rejected: dict[str, Any] | None, version: int) -> None:
        self.stack.setCurrentIndex(1)
        self.version = version
        self.form.put(values)
        self._send({**self.form.fixed, **values}, rejected)

    @Slot(object)
    def _reached(self, problem: object) -> None:
        """While the office's database is away nothing can be saved; what is typed is kept here."""
        if self._sent is None:
            self._set_dirty(dirty=self.dirty)
        if problem is None and self._unreached:
            self._say("", "")

    @Slot(object, object)
    def _new_reference(self, kind: type[Record], row: Row) -> None:
        from casedesk.ui.forms.dialog import RecordDialog

        matter = self.form.fixed.get("matter_id")
        RecordDialog.open_new(self, self.office, kind, matter, fills=row.entry)


def _nothing() -> None:
    """The lawyer's answer is all that is written before the record itself."""


def _clock(moment: dt.datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"
