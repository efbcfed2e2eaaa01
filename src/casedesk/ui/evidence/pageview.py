"""Sheets one below the other, zoomed and scrolled; each is drawn when it comes into sight, away from the window."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QEvent, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPalette, QPen, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsPixmapItem, QGraphicsRectItem, QGraphicsScene, QGraphicsView

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress
from casedesk.ui import look
from casedesk.ui.evidence.sheets import Sheets
from casedesk.ui.jobs import Jobs

_KEPT, _STEP, _SMALLEST, _LARGEST = 10, 1.25, 0.05, 8.0
_SETTLE = 60


class Drawing:
    """Draw one sheet; gives what was asked for with the picture."""

    def __init__(self, sheets: Sheets, at: int, scale: float) -> None:
        self._sheets, self._at, self._scale = sheets, at, scale

    def __call__(self, progress: Progress) -> tuple[Sheets, int, float, QImage]:
        progress(0, 1)
        return self._sheets, self._at, self._scale, self._sheets.draw(self._at, self._scale)


class PageView(QGraphicsView):
    """Shows sheets; Ctrl and the wheel or + and - zoom, 0 fits the width, 1 is the natural size."""

    page_changed = Signal(int, int)
    """The sheet in sight and how many there are."""
    failed = Signal(str)

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._sheets: Sheets | None = None
        self._frames: list[QGraphicsRectItem] = []
        self._drawn: OrderedDict[int, tuple[float, QGraphicsPixmapItem]] = OrderedDict()
        self._asked: dict[int, float] = {}
        self.zoom, self.fits = 1.0, True
        self.setScene(QGraphicsScene(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setBackgroundBrush(self.palette().color(QPalette.ColorRole.AlternateBase))
        self.setAccessibleName(tr("Preview"))
        self._late = QTimer(self, singleShot=True, interval=_SETTLE)
        self._late.timeout.connect(self._ask)
        self.verticalScrollBar().valueChanged.connect(self._moved)

    def show_sheets(self, sheets: Sheets | None) -> None:
        """Show these from the first; what was shown is let go."""
        old, self._sheets = self._sheets, sheets
        self._drawn.clear()
        self._asked.clear()
        self.scene().clear()
        self._frames = []
        if old is not None and old is not sheets:
            self._jobs.run(lambda progress: old.close())
        top, gap, widest = 0.0, look.grid(3), 0.0
        for width, height in sheets.sizes if sheets is not None else ():
            frame = self.scene().addRect(QRectF(-width / 2, top, width, height), QPen(Qt.PenStyle.NoPen),
                                         QColor(Qt.GlobalColor.white))
            self._frames.append(frame)
            top += height + gap
            widest = max(widest, width)
        self.scene().setSceneRect(QRectF(-widest / 2 - gap, -gap, widest + 2 * gap, top + gap))
        several = len(self._frames) > 1
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn if several
                                        else Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.fit()
        self.verticalScrollBar().setValue(self.verticalScrollBar().minimum())
        self._late.start()
        self._tell()

    # zoom

    @Slot()
    def zoom_in(self) -> None:
        self._zoom_to(self.zoom * _STEP)

    @Slot()
    def zoom_out(self) -> None:
        self._zoom_to(self.zoom / _STEP)

    @Slot()
    def fit(self) -> None:
        """Fit the width; a single picture fits whole."""
        self.fits = True
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._fit()

    @Slot()
    def natural(self) -> None:
        """One dot of the picture for one of the screen; a page at its printed size."""
        self._zoom_to(1.0)

    def _zoom_to(self, zoom: float) -> None:
        self.fits = False
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._set_zoom(zoom)

    def _fit(self) -> None:
        rect = self.scene().sceneRect()
        if self._frames and rect.width() > 0:
            zoom = self.viewport().width() / rect.width()
            if len(self._frames) == 1:
                zoom = min(zoom, self.viewport().height() / rect.height())
            self._set_zoom(min(zoom, 1.0 if len(self._frames) == 1 else 2.0))

    def _set_zoom(self, zoom: float) -> None:
        self.zoom = max(_SMALLEST, min(zoom, _LARGEST))
        self.resetTransform()
        self.scale(self.zoom, self.zoom)
        self._late.start()

    # drawing what is in sight

    @Slot()
    def _moved(self) -> None:
        self._late.start()
        self._tell()

    def _in_sight(self) -> list[int]:
        seen = self.mapToScene(self.viewport().rect()).boundingRect()
        return [at for at, frame in enumerate(self._frames) if frame.rect().intersects(seen)]

    def _tell(self) -> None:
        seen = self._in_sight()
        middle = self.mapToScene(self.viewport().rect().center()).y()
        at = next((at for at in seen if self._frames[at].rect().bottom() >= middle), seen[-1] if seen else 0)
        self.page_changed.emit(at + 1 if self._frames else 0, len(self._frames))

    @Slot()
    def _ask(self) -> None:
        scale = self.zoom * self.devicePixelRatioF()
        for at in self._in_sight():
            had = self._drawn.get(at)
            if self._sheets is not None and (had is None or had[0] != scale) and self._asked.get(at) != scale:
                self._asked[at] = scale
                job = self._jobs.run(Drawing(self._sheets, at, scale))
                job.finished.connect(self._show)
                job.failed.connect(self._fail)

    @Slot(object)
    def _show(self, drawn: tuple[Sheets, int, float, QImage]) -> None:
        sheets, at, scale, image = drawn
        if sheets is not self._sheets or self._asked.get(at) != scale:
            return
        frame = self._frames[at]
        item = QGraphicsPixmapItem(QPixmap.fromImage(image), frame)
        item.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        item.setPos(frame.rect().topLeft())
        item.setScale(frame.rect().width() / max(image.width(), 1))
        self._take_away(at)
        self._drawn[at] = (scale, item)
        while len(self._drawn) > _KEPT:
            oldest = next(iter(self._drawn))
            self._take_away(oldest)
            self._asked.pop(oldest, None)

    def _take_away(self, at: int) -> None:
        old = self._drawn.pop(at, None)
        if old is not None:
            self.scene().removeItem(old[1])

    @Slot(object)
    def _fail(self, problem: CasedeskError) -> None:
        self.failed.emit(str(problem))

    # Qt's own

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            (self.zoom_in if event.angleDelta().y() > 0 else self.zoom_out)()
            event.accept()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        done = {Qt.Key.Key_Plus: self.zoom_in, Qt.Key.Key_Equal: self.zoom_in, Qt.Key.Key_Minus: self.zoom_out,
                Qt.Key.Key_0: self.fit, Qt.Key.Key_1: self.natural}.get(Qt.Key(event.key()))
        if done is not None:
            done()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.fits:
            self._fit()
        self._late.start()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.setBackgroundBrush(self.palette().color(QPalette.ColorRole.AlternateBase))
