"""The chosen evidence to be looked at, with what is known of the file above it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QPalette
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPlainTextEdit, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from casedesk.base import times
from casedesk.base.i18n import tr
from casedesk.base.typed_time import show_duration
from casedesk.casework import custody
from casedesk.casework.records import edit_all
from casedesk.records import Evidence
from casedesk.ui import icons, look, parts
from casedesk.ui.allowed import only_with
from casedesk.ui.evidence.pageview import PageView
from casedesk.ui.evidence.playing import Copying, PrivateCopies
from casedesk.ui.evidence.previewing import Facts, Preview, Previewing
from casedesk.ui.jobs import Job, Jobs
from casedesk.ui.office import Office

_ICONS = {"audio": "sound", "video": "video", "image": "image", "message": "mail"}


class PreviewPane(QWidget):
    """Previews have a worker of their own, so that a heavy page never holds up a list."""

    def __init__(self, office: Office, zone: str = "Asia/Shanghai") -> None:
        super().__init__()
        self.office, self._zone = office, zone
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.jobs = Jobs("previews", self)
        self._wanted: int | None = None
        self._reading: Job | None = None
        self.facts: Facts | None = None
        self._build_bar()
        self._build_pages()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (self.bar, parts.line(), self.stack, parts.line(), self.foot):
            layout.addWidget(part)
        layout.setStretch(2, 1)
        self.show_nothing()

    # building

    def _build_bar(self) -> None:
        self.name = parts.heading("", cut=True)
        self.badge = parts.text("", font=look.small_font(), cut=True)
        self.badge.setProperty("kind", "badge")
        self.page = parts.text("", tone="faint", font=look.small_font())
        self.smaller, self.larger = parts.tool("minus", tr("Smaller"), "-"), parts.tool("plus", tr("Larger"), "+")
        self.fitting = parts.tool("fit", tr("Fit the window"), "0")
        self.verify_button = parts.button(tr("Verify"), "link")
        self.verify_button.setToolTip(tr("Read every byte and compare it with the SHA-256 of the day it was taken in"))
        self.copy_button = parts.button(tr("Save a copy…"), "link")
        only_with(self.office, "write", self.verify_button)
        only_with(self.office, "export", self.copy_button)
        self.verify_button.clicked.connect(self.verify)
        self.copy_button.clicked.connect(self.choose_copy)
        self.zooming = parts.holding(parts.row(self.page, self.smaller, self.larger, self.fitting, gap=0.5))
        self.bar = parts.holding(parts.row(self.name, self.badge, None, self.zooming, self.verify_button,
                                           self.copy_button, margin=1.5, gap=1.5))
        self.name.setMinimumWidth(look.grid(10))
        self.known = parts.text("", tone="faint", font=look.small_font())
        self.known.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse
                                           | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self.known.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.known.setAccessibleName(tr("The file"))
        self.foot = parts.holding(parts.row(self.known, margin=1.5))

    def _build_pages(self) -> None:
        self.view = PageView(self.jobs)
        self.view.page_changed.connect(self._tell_page)
        self.view.failed.connect(self._problem)
        for button, slot in ((self.smaller, self.view.zoom_out), (self.larger, self.view.zoom_in),
                             (self.fitting, self.view.fit)):
            button.clicked.connect(slot)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.text.setAccessibleName(tr("Text of the file"))
        self.text.setStyleSheet("QPlainTextEdit { border: none; }")
        self.headers = parts.text("", wrap=True)
        self.headers.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.headers.setContentsMargins(*[look.grid(2)] * 4)
        reading = parts.holding(parts.column(self.headers, self.text, gap=0))
        self.stack = QStackedWidget()
        for page in (self._message_page(), self.view, reading):
            self.stack.addWidget(page)

    def _message_page(self) -> QWidget:
        self.picture, self.message = parts.text(""), parts.text("", wrap=True)
        for label in (self.picture, self.message):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.play_button = parts.button(tr("Open with the system player"), "primary")
        self.play_button.clicked.connect(self.play)
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setPlaceholderText(tr("Password of the file"))
        self.password.setAccessibleName(tr("Password of the file"))
        self.password.setFixedWidth(look.chars(self.password, 24))
        self.password.returnPressed.connect(self.unlock)
        self.unlock_button = parts.button(tr("Open the file"))
        self.unlock_button.clicked.connect(self.unlock)
        asking = parts.row(None, self.password, self.unlock_button, None)
        playing = parts.row(None, self.play_button, None)
        return parts.holding(parts.column(None, self.picture, self.message, playing, asking, None, margin=4, gap=3))

    # showing

    def show_nothing(self) -> None:
        """No evidence, or several."""
        self._wanted = self.facts = None
        self.view.show_sheets(None)
        self.name.setText("")
        self.known.setText("")
        self.set_badge("", "")
        self.bar.setEnabled(False)
        self._say("", tr("Choose a piece of evidence to look at it."))

    def show_evidence(self, evidence_id: int) -> None:
        """Show this one; the latest asked for wins."""
        if evidence_id != self._wanted:
            self._wanted = evidence_id
            self._read("")

    def _read(self, password: str) -> None:
        if self._wanted is None:
            return
        previewing = Previewing(self.office.store, self._wanted, self._is_wanted, password)
        self._reading = self.jobs.run(lambda progress: previewing())
        self._reading.finished.connect(self._show)

    def _is_wanted(self, evidence_id: int) -> bool:
        return evidence_id == self._wanted

    @Slot(object)
    def _show(self, read: tuple[int, Preview | None]) -> None:
        evidence_id, preview = read
        if evidence_id != self._wanted:
            if preview is not None and preview.sheets is not None:
                sheets = preview.sheets
                self.jobs.run(lambda progress: sheets.close())
            return
        if preview is None:
            self.show_nothing()
            return
        facts = self.facts = preview.facts
        self.bar.setEnabled(True)
        self.name.setText(facts.name)
        self.known.setText(_known(facts, self._zone))
        self.known.setToolTip(facts.file_name)
        self.zooming.setVisible(preview.sheets is not None)
        self.view.show_sheets(preview.sheets)
        if preview.sheets is not None:
            self.stack.setCurrentWidget(self.view)
        elif preview.text is not None:
            self._show_text(preview)
        else:
            self._show_message(preview)

    def _show_text(self, preview: Preview) -> None:
        self.headers.setVisible(bool(preview.headers))
        self.headers.setText("\n".join(f"{name}:  {said}" for name, said in preview.headers))
        self.text.setPlainText(preview.text or "")
        self.stack.setCurrentIndex(2)

    def _show_message(self, preview: Preview) -> None:
        facts = preview.facts
        said = preview.problem or tr("Files of this kind are kept and handed over, but not shown here.")
        if preview.is_recording:
            length = show_duration(facts.duration, tr) if facts.duration else tr("Length not known")
            said = f"{length}\n\n{facts.transcript}".strip()
        kind = facts.media_type.partition("/")[0]
        self._say("warning" if preview.problem else _ICONS.get(kind, "file"), said)
        self.play_button.setVisible(preview.is_recording)
        for widget in (self.password, self.unlock_button):
            widget.setVisible(preview.needs_password)
        self.password.clear()

    def _say(self, icon: str, said: str) -> None:
        colour = self.palette().color(QPalette.ColorRole.PlaceholderText)
        self.picture.setVisible(bool(icon))
        if icon:
            self.picture.setPixmap(icons.pixmap(icon, look.grid(10), colour, self.devicePixelRatioF()))
        self.message.setText(said)
        for widget in (self.play_button, self.password, self.unlock_button):
            widget.hide()
        self.zooming.hide()
        self.stack.setCurrentIndex(0)

    @Slot(str)
    def _problem(self, said: str) -> None:
        self._say("warning", said)

    @Slot(int, int)
    def _tell_page(self, at: int, count: int) -> None:
        self.page.setText(tr("page {n} of {count}", n=f"{at:,}", count=f"{count:,}") if count > 1 else "")

    def set_badge(self, said: str, tone: str) -> None:
        """What the bundle will make of this file."""
        self.badge.setText(said)
        self.badge.setVisible(bool(said))
        parts.tone(self.badge, tone)

    def leave(self) -> None:
        """Let go of the file before the page or the cabinet goes."""
        self._wanted = None
        self.view.show_sheets(None)
        self.jobs.finish()

    # doing

    @Slot()
    def unlock(self) -> None:
        """Try the password; one that opens the file is kept with the evidence, so that the bundle can show it."""
        password = self.password.text()
        if password:
            self._read(password)
            if self._reading is not None:
                self._reading.finished.connect(self._keep_password)

    @Slot(object)
    def _keep_password(self, read: tuple[int, Preview | None]) -> None:
        preview = read[1]
        if preview is not None and preview.sheets is not None:
            store, facts = self.office.store, preview.facts
            self.office.write(lambda: edit_all(store, Evidence, [facts.uuid], {"password": facts.password}))

    @Slot()
    def play(self) -> None:
        """Open the recording with the system's player, from a private copy."""
        if self.facts is not None:
            copying = Copying(self.office.store, self.facts, PrivateCopies.of(self.office).path)
            self.office.run(copying, tr("Preparing the recording")).finished.connect(self._open)

    @Slot(object)
    def _open(self, path: Path) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    @Slot()
    def verify(self) -> None:
        """Read every byte and say whether the file is as it was kept."""
        if self.facts is not None:
            store, evidence_id = self.office.store, self.facts.id
            job = self.office.run(lambda progress: custody.verify(store, evidence_id, progress), tr("Verifying"))
            job.finished.connect(self._verified)

    @Slot(object)
    def _verified(self, verdict: str) -> None:
        said = {"ok": tr("Unchanged since it was taken in."), "missing": tr("The kept file is missing."),
                "changed": tr("The kept file was changed. Take it from a backup.")}[verdict]
        self.office.say(said)
        self.set_badge(said, "good" if verdict == "ok" else "error")

    @Slot()
    def choose_copy(self) -> None:
        """Ask where the copy goes."""
        if self.facts is not None:
            dialog = QFileDialog(self, tr("Save a copy…"), self.facts.file_name)
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.fileSelected.connect(self.save_copy)
            dialog.open()

    @Slot(str)
    def save_copy(self, path: str) -> None:
        """Write the file as it was kept, verified on the way."""
        if self.facts is not None:
            store, evidence_id = self.office.store, self.facts.id
            self.office.run(lambda progress: custody.save_copy(store, evidence_id, Path(path), progress),
                            tr("Saving a copy"))


def _known(facts: Facts, zone: str) -> str:
    size = f"{facts.size / 1_000_000:,.1f} MB" if facts.size >= 100_000 else f"{facts.size:,} B"
    taken = tr("taken in {time} by {who}", time=times.show(facts.received_at, zone), who=facts.received_by)
    said = "  ·  ".join([facts.file_name, facts.media_type, size, taken])
    return f"{said}\nSHA-256  {facts.sha256}"
