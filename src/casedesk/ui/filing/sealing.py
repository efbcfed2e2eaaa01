"""Who signs the package, and whether it is time-stamped: chosen for each package, the passphrase never kept."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QGridLayout, QLabel, QLineEdit, QWidget

from casedesk.base.i18n import tr
from casedesk.casework.sealing import REQUEST, STAMP, Sealing, timestamp_server
from casedesk.ui import look, parts
from casedesk.ui.office import Office

_FILE, _TOKEN = 0, 1


class SealingForm(QWidget):
    """Both are off until they are ticked; where the cabinet names no authority, the request for a stamp is written."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        self.office = office
        self._server = ""
        self.sign = QCheckBox(tr("&Sign every PDF with a certificate"))
        self.kind = QComboBox()
        self.kind.addItems([tr("in a file (.p12, .pfx)"), tr("on a token or card (PKCS#11)")])
        self.file, self.label, self.passphrase = QLineEdit(), QLineEdit(), QLineEdit()
        self.file.setMinimumWidth(look.chars(self.file, 40))
        self.label.setFixedWidth(look.chars(self.label, 24))
        self.label.setPlaceholderText(tr("where the token holds several"))
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.passphrase.setFixedWidth(look.chars(self.passphrase, 24))
        self.browse = parts.button(tr("Browse"))
        self.extra = parts.text(tr("Signing with a token needs an extra that is not installed.") + " " +
                                tr("Install casedesk[token], or sign with a certificate's file."), tone="doubt",
                                wrap=True, font=look.small_font())
        self.stamp = QCheckBox(tr("&Time-stamp the manifest"))
        self.note = parts.text("", tone="faint", wrap=True, font=look.small_font())
        self._lay_out()
        self.sign.toggled.connect(self._show)
        self.kind.currentIndexChanged.connect(self._show)
        self.browse.clicked.connect(self._browse)
        self._show()

    def _lay_out(self) -> None:
        self._names = {widget: QLabel(said) for said, widget in (
            (tr("Certificate"), self.kind), ("", self.file), (tr("Name of the certificate"), self.label),
            (tr("Its passphrase"), self.passphrase))}
        grid = QGridLayout()
        grid.setHorizontalSpacing(look.grid(3))
        for row, (widget, name) in enumerate(self._names.items()):
            name.setBuddy(widget)
            widget.setAccessibleName(name.text())
            grid.addWidget(name, row, 0)
            grid.addWidget(widget, row, 1)
        grid.addWidget(self.browse, 1, 2)
        grid.setColumnStretch(3, 1)
        self.setLayout(parts.column(self.sign, grid, self.extra, self.stamp, self.note, gap=1.5))

    @property
    def _by_token(self) -> bool:
        return self.kind.currentIndex() == _TOKEN

    @Slot()
    def _show(self) -> None:
        signs, token = self.sign.isChecked(), self._by_token
        for widget, name in self._names.items():
            shown = signs and (token or widget is not self.label)
            name.setVisible(shown)
            widget.setVisible(shown)
        self.browse.setVisible(signs)
        self.extra.setVisible(signs and token and find_spec("pkcs11") is None)
        self._names[self.file].setText(tr("PKCS#11 library") if token else tr("Its file"))
        self._names[self.passphrase].setText(tr("PIN") if token else tr("Its passphrase"))
        self.file.setAccessibleName(self._names[self.file].text())
        self.passphrase.setAccessibleName(self._names[self.passphrase].text())
        self.file.setPlaceholderText(".dll, .so, .dylib" if token else ".p12, .pfx")

    @Slot()
    def read(self) -> None:
        """Read which time-stamp authority the cabinet names."""
        self.office.read(lambda: timestamp_server(self.office.store), self._heard)

    @Slot(object)
    def _heard(self, url: str) -> None:
        if url != self._server:
            self.stamp.setChecked(bool(url))
        self._server = url
        self.note.setText(tr("By {url}. It learns nothing but a hash.", url=url) if url else
                          tr("The settings name no authority: the request is written as {request}. Carry it to one, "
                             "and put its answer beside it as {answer}.", request=REQUEST, answer=STAMP))

    @Slot()
    def _browse(self) -> None:
        wanted = f"{tr('PKCS#11 library')} (*.dll *.so *.dylib)" if self._by_token else (
            f"{tr('Certificate')} (*.p12 *.pfx)")
        dialog = QFileDialog(self, self._names[self.file].text(), self.file.text(), wanted)
        dialog.fileSelected.connect(self.file.setText)
        dialog.open()

    @property
    def chosen(self) -> Sealing:
        """What is wanted."""
        server = self._server if self.stamp.isChecked() else ""
        if not self.sign.isChecked():
            return Sealing(server=server, by_hand=self.stamp.isChecked())
        file, secret = Path(self.file.text().strip()), self.passphrase.text()
        if self._by_token:
            return Sealing(passphrase=secret, server=server, token=file, label=self.label.text().strip(),
                           by_hand=self.stamp.isChecked())
        return Sealing(file, secret, server, by_hand=self.stamp.isChecked())
