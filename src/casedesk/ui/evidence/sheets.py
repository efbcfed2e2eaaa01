"""What is looked at sheet by sheet: pictures and PDF pages, read from the vault and drawn in memory alone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, BinaryIO, Protocol

from PySide6.QtGui import QImage

from casedesk.base.errors import DocumentError
from casedesk.base.i18n import tr

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument

Opened = Callable[[], BinaryIO]
_PDFIUM = threading.Lock()
"""PDFium may be used by one thread at a time."""
_POINT = 96 / 72
_MOST_DOTS = 40_000_000
_WRONG_PASSWORD = 4


class Sheets(Protocol):
    """Sheets with their sizes in dots at their natural size; `draw` is called away from the window's thread."""

    @property
    def sizes(self) -> Sequence[tuple[float, float]]:
        """Width and height of each sheet."""

    def draw(self, at: int, scale: float) -> QImage:
        """One sheet at `scale` times its natural size."""

    def close(self) -> None:
        """Let go of the file."""


class NeedsPassword(DocumentError):
    """The file is protected; the password given (if any) is not its own."""


class PdfSheets:
    """The pages of a PDF."""

    def __init__(self, data: bytes | BinaryIO, password: str = "") -> None:
        import pypdfium2

        with _PDFIUM:
            try:
                self._document: PdfDocument = pypdfium2.PdfDocument(data, password=password or None)
                self._document.init_forms()
            except pypdfium2.PdfiumError as problem:
                raise _explained(problem, password) from problem
            self.sizes: Sequence[tuple[float, float]] = [(width * _POINT, height * _POINT) for width, height in
                          (self._document.get_page_size(at) for at in range(len(self._document)))]

    def draw(self, at: int, scale: float) -> QImage:
        width, height = self.sizes[at]
        fitting = min(scale, (_MOST_DOTS / max(width * height, 1)) ** 0.5)
        with _PDFIUM:
            page = self._document[at]
            bitmap = page.render(scale=fitting * _POINT, rev_byteorder=True, prefer_bgrx=True)
            held = bytes(bitmap.buffer)
            image = QImage(held, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGBX8888).copy()
            page.close()
        return image

    def close(self) -> None:
        with _PDFIUM:
            self._document.close()


def _explained(problem: Exception, password: str) -> DocumentError:
    if getattr(problem, "err_code", None) == _WRONG_PASSWORD:
        if password:
            return NeedsPassword(tr("This is not the password of the file."), tr("Type it again."))
        return NeedsPassword(tr("The file is protected by a password."))
    return DocumentError(tr("The PDF is damaged and cannot be shown."),
                         tr("Ask for it again; this copy is kept as it is."))


class PictureSheets:
    """The picture in a file, or each picture of a TIFF, turned upright."""

    def __init__(self, opened: Opened) -> None:
        from casedesk.exports.exhibits.redrawn import picture

        self._opened = opened
        with _shown_troubles(), picture(opened) as found:
            count = int(getattr(found, "n_frames", 1)) if found.format == "TIFF" else 1
            self.sizes: Sequence[tuple[float, float]] = [_size(found, at) for at in range(count)]

    def draw(self, at: int, scale: float) -> QImage:
        from PIL import ImageOps

        from casedesk.exports.exhibits.redrawn import picture

        with _shown_troubles(), picture(self._opened) as found:
            if at:
                found.seek(at)
            wanted = (max(round(found.width * scale), 1), max(round(found.height * scale), 1))
            if scale < 1:
                found.draft("RGB", wanted)
            upright = ImageOps.exif_transpose(found) or found
            if scale < 1:
                upright.thumbnail((max(wanted), max(wanted)))
            return _image(upright)

    def close(self) -> None:
        return


def _size(found: Image, at: int) -> tuple[float, float]:
    found.seek(at)
    turned = found.getexif().get(0x0112, 1) > 4
    return (found.height, found.width) if turned else (found.width, found.height)


def _image(found: Image) -> QImage:
    made = found.convert("RGBA")
    return QImage(made.tobytes(), made.width, made.height, made.width * 4, QImage.Format.Format_RGBA8888).copy()


class _shown_troubles:  # noqa: N801 - reads as a verb where it is used
    """Turns what Pillow cannot read into what a person can act on."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: object) -> None:
        from casedesk.exports.exhibits.rasters import Unreadable
        from casedesk.exports.exhibits.redrawn import TooManyPixels

        if isinstance(problem, Unreadable | TooManyPixels):
            raise DocumentError(tr("The picture cannot be shown."),
                                tr("Save a copy of it and open it in a picture viewer.")) from problem
