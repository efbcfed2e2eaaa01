"""The writes of the quick log, run beside the window in the order they were asked for; none touches a widget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QImageWriter

from casedesk.base.errors import CasedeskError, InvalidEntry
from casedesk.base.i18n import tr
from casedesk.casework import attachments
from casedesk.casework.drafts import drop_draft, keep_draft
from casedesk.casework.evidence import KeptFile
from casedesk.casework.incidents import log_incident
from casedesk.records.words import Channel, SourceKind
from casedesk.store.cabinet import Store
from casedesk.ui.quick_log.entry import Attachment, Entry

THUMB = 320
_LARGEST_DRAWN = 64 << 20


@dataclass(frozen=True)
class Attaching:
    """Put a pasted picture, its bytes or a file into the vault and draw it small."""

    store: Store
    attachment: Attachment
    content: QImage | bytes | Path

    def __call__(self) -> Attachment:
        one, content = self.attachment, self.content
        try:
            data = png(content) if isinstance(content, QImage) else content
            one.file = (attachments.attach_file(self.store, data) if isinstance(data, Path)
                        else attachments.attach_bytes(self.store, data, one.name))
            one.drawn = _small(content if isinstance(content, QImage) else _bytes_of(self.store, one.file))
        except CasedeskError as problem:
            one.problem = str(problem)
        return one


@dataclass(frozen=True)
class Keeping:
    """Keep the entry and its files as a draft."""

    store: Store
    entry: Entry
    files: Sequence[Attachment]

    def __call__(self) -> str:
        lists = {attachments.FILES: [attachments.written(one) for one in _kept(self.files)]}
        caption = (self.entry.words or self.entry.number)[:40]
        keep_draft(self.store, self.entry.key, {**self.entry.kept(), "caption": caption, **lists})
        return self.entry.key


@dataclass(frozen=True)
class Discarding:
    """Throw the draft away, and the files put to it."""

    store: Store
    entry: Entry
    files: Sequence[Attachment]

    def __call__(self) -> str:
        drop_draft(self.store, self.entry.key)
        attachments.drop_unused(self.store, _kept(self.files))
        return self.entry.key


@dataclass(frozen=True)
class Removing:
    """Take files back that were put to an entry, once its draft no longer speaks of them."""

    store: Store
    file: Attachment

    def __call__(self) -> None:
        attachments.drop_unused(self.store, _kept([self.file]))


@dataclass(frozen=True)
class Logging:
    """Save the incident with its files and forget its draft; asked again with the same entry it changes nothing."""

    store: Store
    entry: Entry
    files: Sequence[Attachment]

    def __call__(self) -> UUID:
        failed = next((one for one in self.files if one.problem), None)
        if failed is not None:
            raise InvalidEntry(failed.problem, tr("Remove the file or add it again."), field="evidence")
        kept = _kept(self.files)
        source = SourceKind.SCREENSHOT if kept and self.entry.channel is not Channel.CALL else SourceKind.MEMORY
        log_incident(self.store, self.entry.incident(), source=source, attached=kept)
        drop_draft(self.store, self.entry.key)
        attachments.drop_unused(self.store, kept)
        return self.entry.uuid


def restored(store: Store, files: Sequence[KeptFile]) -> Callable[[], list[Attachment]]:
    """Read the small pictures of a draft's files again."""
    return lambda: [Attachment(one.file_name, one, drawn=_small(_bytes_of(store, one))) for one in files]


def _kept(files: Sequence[Attachment]) -> list[KeptFile]:
    return [one.file for one in files if one.file is not None]


def png(image: QImage) -> bytes:
    """The picture as a PNG file."""
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(held.data())


def _bytes_of(store: Store, file: KeptFile) -> bytes:
    """The picture's bytes; nothing for what is no picture or too large to be drawn small."""
    if not file.media_type.startswith("image/") or file.kept.size > _LARGEST_DRAWN:
        return b""
    return store.vault.read(file.kept)


def _small(content: QImage | bytes) -> QImage | None:
    if isinstance(content, QImage):
        return content.scaled(QSize(THUMB, THUMB), Qt.AspectRatioMode.KeepAspectRatio,
                              Qt.TransformationMode.SmoothTransformation)
    if not content:
        return None
    buffer = QBuffer()
    buffer.setData(content)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        reader.setScaledSize(size.scaled(QSize(THUMB, THUMB), Qt.AspectRatioMode.KeepAspectRatio))
    drawn = reader.read()
    return None if drawn.isNull() else drawn
