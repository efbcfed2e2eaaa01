"""The quick log: opened from anywhere, made for one hand, nothing typed is ever lost."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeyEvent, QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import QFileDialog, QLabel, QVBoxLayout, QWidget

from casedesk.base import i18n, times
from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr, trn
from casedesk.casework import attachments
from casedesk.records import Draft
from casedesk.records.words import Channel
from casedesk.ui import icons, look, parts
from casedesk.ui.growing import GrowingDialog, Upper
from casedesk.ui.office import Office
from casedesk.ui.quick_log import hints, known
from casedesk.ui.quick_log.entry import Attachment, Entry, fresh, same
from casedesk.ui.quick_log.form import EntryForm
from casedesk.ui.quick_log.keeper import Keeper
from casedesk.ui.quick_log.known import Counting, OfMatter, Opening
from casedesk.ui.quick_log.pasting import Brought, brought, folders, is_file, take
from casedesk.ui.quick_log.saving import Attaching, Discarding, Keeping, Logging, Removing, restored
from casedesk.ui.quick_log.thumbnails import Thumbnails
from casedesk.ui.quick_log.touched import TouchedRules

_DEBOUNCE = 300


class QuickLog(GrowingDialog):
    """One incident after the other; Esc leaves and keeps what is typed. Made once, it waits hidden and empty."""

    def __init__(self, parent: QWidget, office: Office) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Log an incident"))
        self.setAcceptDrops(True)
        self.office, self.lang = office, i18n.language()
        self.files: list[Attachment] = []
        self._wanted_matter: int | None = None
        self._waiting: list[Draft] = []
        self._begun: Entry = fresh(times.now())
        self._asked: object = None
        self._timer = QTimer(self, singleShot=True, interval=_DEBOUNCE)
        self._timer.timeout.connect(self.keep)
        self.form = EntryForm()
        self._build()
        self._wire()
        self._begin(self._begun)

    def _build(self) -> None:
        self.offer = parts.text("", tone="doubt")
        self.resume = parts.button(tr("Go on with it"), "link")
        self.throw = parts.button(tr("Throw away"), "link")
        for button, key in ((self.resume, "Alt+O"), (self.throw, "Alt+X")):
            button.setToolTip(f"{button.text()}  {key}")
        self.offer_bar = parts.holding(parts.row(self.offer, self.resume, self.throw, None))
        self.offer_bar.hide()
        self.add = parts.button(tr("Add a file…"), icon="plus")
        self.add.setToolTip(tr("Paste a screenshot with Ctrl+V, drop files here, or choose them") + "  Alt+E")
        self.thumbnails = Thumbnails()
        proof = parts.text(tr("Evidence"))
        proof.setFixedWidth(self._label_width())
        self.proof = parts.row(proof, self.add, self.thumbnails, None, gap=3)
        for beside in (proof, self.add):
            self.proof.setAlignment(beside, Qt.AlignmentFlag.AlignTop)
        self.facts = QLabel()
        self.facts.setTextFormat(Qt.TextFormat.PlainText)
        self.facts.setAccessibleName(tr("Facts of the log"))
        self.flag = QLabel()
        self.touched = TouchedRules(self.office)
        parts.tone(self.facts, "doubt")
        self.status = parts.text("", tone="faint", font=look.small_font())
        self.save_button = parts.button(tr("Save") + "  Ctrl+S")
        self.next_button = parts.button(tr("Save and next") + "  Ctrl+Enter", "primary")
        for button in (self.add, self.save_button, self.next_button, self.resume, self.throw):
            button.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[look.grid(4)] * 4)
        layout.setSpacing(look.grid(2.5))
        layout.addWidget(Upper(parts.holding(parts.column(self.offer_bar, self.form, self.proof, None, gap=2.5))))
        layout.addLayout(parts.row(self.flag, self.facts, None))
        layout.addWidget(self.touched)
        layout.addWidget(parts.line())
        layout.addLayout(parts.row(self.status, None, self.save_button, self.next_button))
        self.resize(self.sizeHint().expandedTo(QSize(look.grid(200), 0)))

    def _label_width(self) -> int:
        return max(label.sizeHint().width() for label in self.form.findChildren(QLabel) if label.buddy() is not None)

    def _wire(self) -> None:
        self.form.changed.connect(self._changed)
        self.form.matter_changed.connect(self._ask_matter)
        self.form.pasted.connect(self.attach_data)
        self.thumbnails.removed.connect(self.remove)
        for button, slot in ((self.resume, self.go_on), (self.throw, self.throw_away), (self.add, self.choose_files),
                             (self.save_button, self.save), (self.next_button, self.save_and_next)):
            button.clicked.connect(slot)
        for keys, slot in (("Ctrl+S", self.save), ("Ctrl+Return", self.save_and_next),
                           ("Ctrl+Enter", self.save_and_next), ("Alt+E", self.choose_files),
                           ("Alt+O", self.go_on), ("Alt+X", self.throw_away), ("Ctrl+V", self._paste)):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)
        self.office.destroyed.connect(self.deleteLater)
        self.office.reached.connect(self._reached)
        self._reached()

    @Slot()
    def _reached(self) -> None:
        """While the office's database is away nothing is saved; what is typed is kept as a draft."""
        for button in (self.save_button, self.next_button):
            button.setEnabled(self.office.lost is None)

    def begin(self, matter_id: int | None) -> None:
        """Start an empty entry, for a matter when one is open."""
        self._wanted_matter = matter_id
        self._empty()
        self.status.setText("")
        store = self.office.store
        self.office.read(lambda: known.opening(store), self._opened)

    @Slot(object)
    def _opened(self, found: Opening) -> None:
        untouched = same(self.form.entry(), self._begun)
        self._waiting = [one for one in found.drafts if one.key != self._begun.key]
        self._show_waiting()
        self.form.offer_matters(found.matters)
        if untouched and not self.files:
            matter = self._wanted_matter or found.last_matter
            kept = found.last_number if matter == found.last_matter else ""
            self._begin(Entry(self._begun.uuid, self._begun.said_at, matter, number=kept))
        self._ask_matter()

    def _empty(self) -> None:
        """Hold nothing that was typed: it lies in the draft or in the cabinet."""
        self.files, self._waiting = [], []
        self.thumbnails.show_all([])
        self._show_waiting()
        self._begin(fresh(times.now()))

    def _begin(self, entry: Entry) -> None:
        self.form.put(entry)
        self._begun = self.form.entry()
        self.form.start()
        self._show_facts(0)

    @Slot()
    def _ask_matter(self) -> None:
        store, matter_id = self.office.store, self.form.entry().matter_id
        if matter_id is not None:
            self.office.read(lambda: known.of_matter(store, matter_id), self._show_known)
        self._ask_facts()

    @Slot(object)
    def _show_known(self, found: OfMatter) -> None:
        self.form.offer(found)

    # drafts

    def _show_waiting(self) -> None:
        self.offer_bar.setVisible(bool(self._waiting))
        if self._waiting:
            values = self._waiting[0].values
            said = " ".join(str(values.get("caption") or "…").split())
            self.offer.setText(trn("Not saved yet: “{said}”", "{n} entries not saved yet, the last: “{said}”",
                                   len(self._waiting), said=said))

    @Slot()
    def go_on(self) -> None:
        """Go on with the latest draft; what stands here now becomes a draft itself."""
        if self._waiting:
            self.show_draft(self._waiting[0])

    def show_draft(self, draft: Draft) -> None:
        """Show a draft with its files; what stands here now stays a draft itself."""
        self._flush()
        entry = Entry.from_draft(draft.values)
        self._begin(entry)
        self._begun = Entry(entry.uuid, entry.said_at)  # all that the draft holds was typed
        self._waiting = [one for one in self._waiting if one.key != draft.key]
        self._show_waiting()
        files = [attachments.read(one) for one in draft.values.get(attachments.FILES, ())]
        self.files = [Attachment(one.file_name, one) for one in files]
        self.thumbnails.show_all(self.files)
        self.office.read(restored(self.office.store, files), self._restored)
        self._ask_matter()
        self.status.setText(tr("Continued from the draft."))

    @Slot(object)
    def _restored(self, drawn: list[Attachment]) -> None:
        for one, fresh_one in zip(self.files, drawn, strict=False):
            if one.file is not None and one.file == fresh_one.file:
                one.drawn = fresh_one.drawn
                self.thumbnails.refresh(one)

    @Slot()
    def throw_away(self) -> None:
        """Throw the offered draft away."""
        if self._waiting:
            key, store = self._waiting.pop(0).key, self.office.store
            self.office.write(lambda: attachments.discard(store, key), self._kept)
            self._show_waiting()

    @Slot()
    def _changed(self) -> None:
        self._timer.start()
        self._ask_facts()

    @Slot()
    def keep(self) -> None:
        """Keep what stands here as a draft; an entry emptied again keeps none."""
        self._timer.stop()
        entry = self.form.entry()
        if self.files or not same(entry, self._begun):
            self.office.write(Keeping(self.office.store, entry, list(self.files)), self._said_kept)
        else:
            self.office.write(Discarding(self.office.store, entry, ()), self._kept)

    @Slot(object)
    def _said_kept(self, key: str) -> None:
        if key == self.form.entry().key:
            self.status.setText(tr("Draft kept"))
        self.office.drafts_changed.emit()

    @Slot(object)
    def _kept(self, nothing: object) -> None:
        self.office.drafts_changed.emit()

    def _flush(self) -> None:
        if self._timer.isActive():
            self.keep()

    # files

    @Slot(QMimeData)
    def attach_data(self, data: QMimeData) -> None:
        """Attach what was pasted or dropped."""
        for content in brought(data):
            self.attach(content)
        if folders(data):
            self._say(tr("A folder is not attached: drop its files here, or the folder on the evidence."), "error")

    @Slot()
    def _paste(self) -> None:
        data = QGuiApplication.clipboard().mimeData()
        if data is not None and is_file(data):
            self.attach_data(data)

    def attach(self, content: Brought) -> None:
        """Put a picture or file to the entry; it goes into the vault beside the window."""
        name = content.name if isinstance(content, Path) else tr("Screenshot {n}", n=len(self.files) + 1) + ".png"
        one = Attachment(name)
        self.files.append(one)
        self.thumbnails.show_all(self.files)
        self.office.write(Attaching(self.office.store, one, content), self._attached)
        self._timer.start()

    @Slot(object)
    def _attached(self, one: Attachment) -> None:
        self.thumbnails.refresh(one)
        if one.problem:
            self._say(one.problem, "error")
        if one in self.files:
            self._timer.start()

    @Slot(object)
    def remove(self, one: Attachment) -> None:
        """Take a file back."""
        self.files.remove(one)
        self.thumbnails.show_all(self.files)
        self.keep()
        self.office.write(Removing(self.office.store, one))
        self.form.words.setFocus()

    @Slot()
    def choose_files(self) -> None:
        """Ask which files to put to the entry."""
        dialog = QFileDialog(self, tr("Add a file…"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self._files_chosen)
        dialog.open()

    @Slot(list)
    def _files_chosen(self, paths: list[str]) -> None:
        for path in paths:
            self.attach(Path(path))

    def _ask_facts(self) -> None:
        entry = self.form.entry()
        self.touched.ask(entry)
        try:
            moment = entry.moment()
        except InvalidEntry:
            self._show_facts(0)
            return
        counted = entry.channel is Channel.CALL and entry.answered and entry.matter_id is not None
        self._asked = (entry.matter_id, moment) if counted else None
        self._show_facts(0)
        if counted:
            self.office.read(Counting(self.office.store, entry.matter_id or 0, moment), self._counted)

    @Slot(object)
    def _counted(self, found: tuple[object, int]) -> None:
        if found[0] == self._asked:
            self._show_facts(found[1] + 1)

    def _show_facts(self, nth: int) -> None:
        try:
            moment = self.form.entry().moment()
        except InvalidEntry:
            said = ""
        else:
            said = hints.count(nth, moment, self.form.local_today())
        self.facts.setText(said)
        colour = self.facts.palette().color(QPalette.ColorRole.WindowText)
        self.flag.setPixmap(icons.pixmap("warning", look.grid(4), colour, self.devicePixelRatioF()))
        for widget in (self.flag, self.facts):
            widget.setVisible(bool(said))

    # saving

    @Slot()
    def save(self) -> None:
        """Save and close."""
        if self._send():
            self.close()

    @Slot()
    def save_and_next(self) -> None:
        """Save and start the next with the same matter and number."""
        entry = self.form.entry()
        if self._send():
            self._begin(entry.next_one(times.now()))
            self._ask_matter()

    def _send(self) -> bool:
        entry = self.form.entry()
        if self.office.lost is not None:
            self.keep()
            self._say(tr("Not saved, kept as a draft: {problem}", problem=self.office.lost), "error")
            return False
        try:
            entry.incident()
        except InvalidEntry as problem:
            self.form.wrong(problem)
            return False
        if not self._says_something(entry):
            self._say(tr("Nothing is entered yet: type a number, words or add a file."), "error")
            return False
        if self._timer.isActive():
            self.keep()
        keeper = Keeper.of(self.office)
        self.office.write(Logging(self.office.store, entry, list(self.files)), keeper.saved, keeper.failed)
        self._say(tr("Saved: {what}", what=self.form.time_aside.text()), "good")
        self.files = []
        self.thumbnails.show_all([])
        return True

    def _says_something(self, entry: Entry) -> bool:
        return bool(entry.number.strip() or entry.words.strip() or self.files or entry.time.strip())

    def _say(self, said: str, tone: str) -> None:
        self.status.setText(said)
        parts.tone(self.status, tone)

    # Qt's own

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Alt:
            self.form.hint(shown=event.type() == QEvent.Type.KeyPress)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return  # Enter goes on to the words; it never saves half an entry
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if is_file(event.mimeData()):
            take(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.attach_data(event.mimeData())
        take(event)

    def done(self, result: int) -> None:
        self._flush()
        handle = self.windowHandle()
        over = handle.transientParent() if handle is not None and self.isVisible() else None
        super().done(result)
        self._empty()
        if over is not None and over.isVisible():
            over.requestActivate()
