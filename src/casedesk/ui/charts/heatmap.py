"""When contacts come: hours across, weekdays down, the night hatched."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPalette, QPen

from casedesk.base.i18n import tr, trn
from casedesk.base.typed_time import WEEKDAYS
from casedesk.store.overview import NIGHT, Night
from casedesk.ui import look
from casedesk.ui.charts.plot import Plot

_HOURS, _DAYS = 24, 7


class HeatMap(Plot):
    """One cell for each hour of the week; the darker the more."""

    hour_chosen = Signal(int, int)
    """Weekday (Monday 0) and hour of the cell chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Mapping[tuple[int, int], int] = {}
        self.most = 0
        self.night = NIGHT

    def show_hours(self, counts: Mapping[tuple[int, int], int], night: Night = NIGHT) -> None:
        """Draw these numbers by weekday and hour, the night hatched."""
        self.night = night
        self.counts, self.most, self.at = counts, max(counts.values(), default=0), -1
        self.update()

    # places

    def height_wanted(self) -> int:
        return round(self.fontMetrics().height() * 1.45) * _DAYS + round(self.fontMetrics().height() * 1.3)

    def _plot(self) -> QRectF:
        metrics = self.fontMetrics()
        left = max(metrics.horizontalAdvance(tr(name)) for name in WEEKDAYS) + look.grid(2)
        bottom = metrics.height() * 1.3
        return QRectF(left, 0, max(self.width() - left - look.grid(1), 1), self.height() - bottom)

    def cell_rect(self, at: int) -> QRectF:
        plot = self._plot()
        day, hour = divmod(at, _HOURS)
        wide, high = plot.width() / _HOURS, plot.height() / _DAYS
        left, top = self.crisp(plot.left() + hour * wide), self.crisp(plot.top() + day * high)
        right, bottom = self.crisp(plot.left() + (hour + 1) * wide), self.crisp(plot.top() + (day + 1) * high)
        return QRectF(left, top, right - left - 1, bottom - top - 1)

    def cell_at(self, point: QPointF) -> int:
        plot = self._plot()
        if not plot.contains(point):
            return -1
        hour = min(int((point.x() - plot.left()) * _HOURS / plot.width()), _HOURS - 1)
        day = min(int((point.y() - plot.top()) * _DAYS / plot.height()), _DAYS - 1)
        return day * _HOURS + hour

    def moved(self, at: int, key: Qt.Key) -> int:
        if at < 0:
            return 0
        day, hour = divmod(at, _HOURS)
        step = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
                Qt.Key.Key_Home: (0, -hour), Qt.Key.Key_End: (0, _HOURS - 1 - hour)}[key]
        return max(0, min(day + step[0], _DAYS - 1)) * _HOURS + max(0, min(hour + step[1], _HOURS - 1))

    # words

    def words_of(self, at: int) -> str:
        day, hour = divmod(at, _HOURS)
        count = self.counts.get((day, hour), 0)
        return f"{tr(WEEKDAYS[day])} {hour}:00–{hour + 1}:00   {trn('{n} contact', '{n} contacts', count)}"

    def choose(self, at: int) -> None:
        day, hour = divmod(at, _HOURS)
        self.hour_chosen.emit(day, hour)

    # drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        for at in range(_DAYS * _HOURS):
            self._draw_cell(painter, at)
        self._draw_names(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw_cursor(painter)
        painter.end()

    def _draw_cell(self, painter: QPainter, at: int) -> None:
        rect, (day, hour) = self.cell_rect(at), divmod(at, _HOURS)
        count = self.counts.get((day, hour), 0)
        part = 0.18 + 0.82 * (count / self.most) if count else 0.0
        fill = self.shade(part) if count else self.colour(QPalette.ColorRole.Window)
        painter.fillRect(rect, fill)
        if self.night.covers(day, hour):
            self._hatch(painter, rect, fill)
        if count:
            self._write(painter, rect, count, fill)

    def _hatch(self, painter: QPainter, rect: QRectF, fill: QColor) -> None:
        dark = fill.lightness() < 128
        ink = fill.lighter(160) if dark else fill.darker(125)
        if dark and fill.lightness() < 60:
            ink = self.colour(QPalette.ColorRole.Dark)
        painter.setPen(QPen(ink, 1))
        painter.save()
        painter.setClipRect(rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        step, x = look.grid(1.5), rect.left() - rect.height()
        while x < rect.right():
            painter.drawLine(QPointF(x, rect.bottom() + 1), QPointF(x + rect.height() + 1, rect.top()))
            x += step
        painter.restore()

    def _write(self, painter: QPainter, rect: QRectF, count: int, fill: QColor) -> None:
        said = f"{count:,}"
        wide = self.fontMetrics().horizontalAdvance(said) + look.grid(1)
        if wide > rect.width():
            return
        plate = QRectF(0, 0, wide, self.fontMetrics().height() - look.grid(0.5))
        plate.moveCenter(rect.center())
        painter.fillRect(plate, QBrush(fill))
        painter.setPen(QColor("#000000") if fill.lightness() >= 128 else QColor("#ffffff"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, said)

    def _draw_names(self, painter: QPainter) -> None:
        plot = self._plot()
        painter.setPen(self.colour(QPalette.ColorRole.PlaceholderText))
        for day, name in enumerate(WEEKDAYS):
            place = QRectF(0, self.cell_rect(day * _HOURS).top(), plot.left() - look.grid(1.5),
                           self.cell_rect(0).height())
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, tr(name))
        for hour in range(0, _HOURS + 1, 2):
            x = plot.left() + plot.width() * hour / _HOURS
            wide = self.fontMetrics().horizontalAdvance("24") + 2
            place = QRectF(min(x - wide / 2, self.width() - wide), plot.bottom() + 1, wide, self.fontMetrics().height())
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(hour))
