"""Who signs the package, and whether it is time-stamped: chosen for each package, the passphrase never kept."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QFileDialog, QGridLayout, QLabel, QLineEdit, QWidget

from casedesk.base.i18n import tr
from casedesk.casework.sealing import Sealing, timestamp_server
from casedesk.ui import look, parts
from casedesk.ui.office import Office


class SealingForm(QWidget):
    """Both are off until they are ticked; a time-stamp is offered where the cabinet names an authority."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        self.office = office
        self._server = ""
        self.sign = QCheckBox(tr("&Sign every PDF with a certificate"))
        self.file, self.passphrase = QLineEdit(), QLineEdit()
        self.file.setMinimumWidth(look.chars(self.file, 40))
        self.file.setPlaceholderText(".p12, .pfx")
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.passphrase.setFixedWidth(look.chars(self.passphrase, 24))
        self.browse = parts.button(tr("Browse"))
        self.stamp = QCheckBox(tr("&Time-stamp the manifest"))
        self.note = parts.text("", tone="faint", wrap=True, font=look.small_font())
        self._lay_out()
        self.sign.toggled.connect(self._show)
        self.browse.clicked.connect(self._browse)
        self._show()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(look.grid(3))
        self._named = []
        for row, (said, widget, beside) in enumerate(((tr("Certificate"), self.file, self.browse),
                                                      (tr("Its passphrase"), self.passphrase, None))):
            label = QLabel(said)
            label.setBuddy(widget)
            widget.setAccessibleName(said)
            grid.addWidget(label, row, 0)
            grid.addWidget(widget, row, 1)
            if beside is not None:
                grid.addWidget(beside, row, 2)
            self._named.append(label)
        grid.setColumnStretch(3, 1)
        layout = parts.column(self.sign, grid, self.stamp, self.note, gap=1.5)
        self.setLayout(layout)

    @Slot()
    def _show(self) -> None:
        for widget in (*self._named, self.file, self.passphrase, self.browse):
            widget.setVisible(self.sign.isChecked())

    @Slot()
    def read(self) -> None:
        """Read which time-stamp authority the cabinet names."""
        self.office.read(lambda: timestamp_server(self.office.store), self._heard)

    @Slot(object)
    def _heard(self, url: str) -> None:
        if url != self._server:
            self.stamp.setChecked(bool(url))
        self._server = url
        self.stamp.setEnabled(bool(url))
        self.note.setText(tr("By {url}. It learns nothing but a hash.", url=url) if url else
                          tr("No time-stamp authority is named in the settings."))

    @Slot()
    def _browse(self) -> None:
        dialog = QFileDialog(self, tr("Certificate"), self.file.text(), f"{tr('Certificate')} (*.p12 *.pfx)")
        dialog.fileSelected.connect(self.file.setText)
        dialog.open()

    @property
    def chosen(self) -> Sealing:
        """What is wanted."""
        return Sealing(Path(self.file.text()) if self.sign.isChecked() else None,
                       self.passphrase.text() if self.sign.isChecked() else "",
                       self._server if self.stamp.isChecked() else "")
