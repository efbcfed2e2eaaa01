"""What both sides offered as two lines that come together: the client's from below, the creditor's from above."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen, QPolygonF

from casedesk.base.i18n import tr
from casedesk.base.money import show_cents
from casedesk.casework.negotiation import Point
from casedesk.records.words import Side
from casedesk.ui import look
from casedesk.ui.charts.plot import Plot
from casedesk.ui.charts.timeline import round_step
from casedesk.ui.shown import day_in_full


class ConvergencePlot(Plot):
    """Totals over time; a circle is an offer of the client, a square one of the creditor."""

    offer_chosen = Signal(int)
    """The id of the offer clicked."""

    def __init__(self) -> None:
        super().__init__()
        self.points: Sequence[Point] = ()
        self.setAccessibleName(tr("How the offers come together"))

    def show_points(self, points: Sequence[Point]) -> None:
        """Draw these, in order of time."""
        self.points, self.at = points, -1
        self.setAccessibleDescription("; ".join(self.words_of(at) for at in range(len(points))))
        self.update()

    # places

    def height_wanted(self) -> int:
        return self.fontMetrics().height() * 13

    def _plot(self) -> QRectF:
        line = self.fontMetrics().height()
        left = max(self.fontMetrics().horizontalAdvance(_yuan(self._top())), look.grid(8)) + look.grid(3)
        return QRectF(left, line * 2.6, max(self.width() - left - look.grid(1), 1), self.height() - line * 4.1)

    def _top(self) -> int:
        """A round sum above the highest offer, in cents."""
        most = max((point.total for point in self.points), default=100) // 100 + 1
        step = round_step(most)
        return -(-most // step) * step * 100

    def _place(self, at: int) -> QPointF:
        plot, point = self._plot(), self.points[at]
        first, last = self.points[0].made_on, self.points[-1].made_on
        days = (last - first).days
        part = (point.made_on - first).days / days if days else 0.5
        inset = self.fontMetrics().horizontalAdvance(show_cents(self._top())) / 2
        return QPointF(plot.left() + inset + (plot.width() - 2 * inset) * part,
                       plot.bottom() - plot.height() * point.total / self._top())

    def cell_rect(self, at: int) -> QRectF:
        place, size = self._place(at), look.grid(2.5)
        return QRectF(place.x() - size, place.y() - size, 2 * size, 2 * size)

    def cell_at(self, point: QPointF) -> int:
        return next((at for at in reversed(range(len(self.points))) if self.cell_rect(at).contains(point)), -1)

    def moved(self, at: int, key: Qt.Key) -> int:
        last = len(self.points) - 1
        wanted = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: last, Qt.Key.Key_Left: at - 1 if at >= 0 else last,
                  Qt.Key.Key_Right: at + 1}.get(key, at)
        return max(0, min(wanted, last)) if last >= 0 else -1

    # words

    def words_of(self, at: int) -> str:
        point = self.points[at]
        return f"{day_in_full(point.made_on)}   {tr(point.side.label)}   {show_cents(point.total)}"

    def choose(self, at: int) -> None:
        self.offer_chosen.emit(self.points[at].offer_id)

    # drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        self._draw_scale(painter)
        self._draw_legend(painter)
        for side in Side:
            self._draw_side(painter, side, [at for at, point in enumerate(self.points) if point.side is side])
        self.draw_cursor(painter)
        painter.end()

    def _draw_scale(self, painter: QPainter) -> None:
        plot, top = self._plot(), self._top()
        for value in range(0, top + 1, round_step(top // 100) * 100):
            y = self.crisp(plot.bottom() - plot.height() * value / top)
            painter.setPen(QPen(self.colour(QPalette.ColorRole.Mid), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(self.colour(QPalette.ColorRole.PlaceholderText))
            place = QRectF(0, y - look.grid(3), plot.left() - look.grid(1.5), look.grid(6))
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _yuan(value))
        y, last = plot.bottom() + self.fontMetrics().height() * 1.1, self.points[-1].made_on
        painter.drawText(QPointF(plot.left(), y), self.points[0].made_on.isoformat())
        if last != self.points[0].made_on:
            wide = self.fontMetrics().horizontalAdvance(last.isoformat())
            painter.drawText(QPointF(plot.right() - wide, y), last.isoformat())

    def _draw_legend(self, painter: QPainter) -> None:
        x, y = self._plot().left(), self.fontMetrics().height() * 0.5
        for side in Side:
            self._draw_mark(painter, side, QPointF(x + look.grid(1), y))
            painter.setPen(self.colour(QPalette.ColorRole.PlaceholderText))
            painter.drawText(QPointF(x + look.grid(3), y + self.fontMetrics().ascent() / 2.4), tr(side.label))
            x += self.fontMetrics().horizontalAdvance(tr(side.label)) + look.grid(8)

    def _draw_mark(self, painter: QPainter, side: Side, place: QPointF) -> None:
        size = look.grid(1.1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour(side))
        if side is Side.CLIENT:
            painter.drawEllipse(place, size, size)
        else:
            painter.drawRect(QRectF(place.x() - size, place.y() - size, 2 * size, 2 * size))

    def _colour(self, side: Side) -> QColor:
        return self.colour(QPalette.ColorRole.Accent if side is Side.CLIENT else QPalette.ColorRole.WindowText)

    def _draw_side(self, painter: QPainter, side: Side, points: Sequence[int]) -> None:
        ours = side is Side.CLIENT
        places = [self._place(at) for at in points]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._colour(side), 1.6, Qt.PenStyle.SolidLine if ours else Qt.PenStyle.DashLine))
        painter.drawPolyline(QPolygonF(places))
        metrics = self.fontMetrics()
        for at, place in zip(points, places, strict=True):
            self._draw_mark(painter, side, place)
            said = show_cents(self.points[at].total)
            y = place.y() + metrics.height() + look.grid(0.5) if ours else place.y() - look.grid(2)
            painter.setPen(self.colour(QPalette.ColorRole.WindowText))
            painter.drawText(QPointF(place.x() - metrics.horizontalAdvance(said) / 2, y), said)


def _yuan(cents: int) -> str:
    return f"{cents // 100:,}"
