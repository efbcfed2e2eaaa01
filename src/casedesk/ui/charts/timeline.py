"""Contacts a day as bars, with the limit as a dashed line and what was told, filed and offered marked above."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QPolygonF

from casedesk.base.i18n import trn
from casedesk.ui import look
from casedesk.ui.charts.days import Bar, Bars, Step, bars
from casedesk.ui.charts.plot import Plot
from casedesk.ui.shown import day_in_full

MarkerKind = Literal["notice", "filing", "offer"]


@dataclass(frozen=True)
class Marker:
    """Something that happened on a day; its shape says its kind, in colour and in print."""

    day: dt.date
    kind: MarkerKind
    label: str


class Timeline(Plot):
    """Bars from the first to the last day."""

    days_chosen = Signal(object, object)
    """First and last day of the bar chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.bars: Bars = bars({})
        self.markers: Sequence[Marker] = ()
        self.limits: Sequence[tuple[int, str]] = ()

    def show_days(self, days: Mapping[dt.date, int], markers: Sequence[Marker] = (),
                  limits: Sequence[tuple[int, str]] = (), step: Step | None = None) -> None:
        """Draw these; limits a day, the lowest first, are drawn where a bar is a day."""
        self.bars = bars(days, [one.day for one in markers], step)
        self.limits = limits if self.bars.step == "day" else ()
        self.markers, self.at = markers, -1
        self.update()

    # places

    def height_wanted(self) -> int:
        return self.fontMetrics().height() * 8

    def _plot(self) -> QRectF:
        line = self.fontMetrics().height()
        left = self.fontMetrics().horizontalAdvance(f"{self._top():,}") + look.grid(2)
        return QRectF(left, line * 1.1, max(self.width() - left - look.grid(1), 1), self.height() - line * 2.5)

    def _top(self) -> int:
        """A round number above the highest bar and the limit."""
        most = max(self.bars.most, *(limit for limit, _ in self.limits[:1]), 1)
        step = round_step(most)
        return -(-most // step) * step

    def _slot(self) -> float:
        return self._plot().width() / max(len(self.bars.bars), 1)

    def cell_rect(self, at: int) -> QRectF:
        plot, slot = self._plot(), self._slot()
        return QRectF(self.crisp(plot.left() + at * slot), plot.top(), self.crisp(slot), plot.height())

    def cell_at(self, point: QPointF) -> int:
        plot = self._plot()
        at = int((point.x() - plot.left()) // self._slot())
        return at if 0 <= at < len(self.bars.bars) and 0 <= point.y() <= plot.bottom() else -1

    def moved(self, at: int, key: Qt.Key) -> int:
        last = len(self.bars.bars) - 1
        wanted = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: last, Qt.Key.Key_Left: at - 1 if at >= 0 else last,
                  Qt.Key.Key_Right: at + 1}.get(key, at)
        return max(0, min(wanted, last)) if last >= 0 else -1

    # words

    def words_of(self, at: int) -> str:
        bar = self.bars.bars[at]
        said = f"{span(bar)}   {trn('{n} contact', '{n} contacts', bar.count)}"
        marks = [one.label for one in self.markers if bar.first <= one.day <= bar.last]
        return "   ·   ".join([said, *marks])

    def choose(self, at: int) -> None:
        bar = self.bars.bars[at]
        self.days_chosen.emit(bar.first, bar.last)

    # drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        self._draw_scale(painter)
        self._draw_bars(painter)
        self._draw_limit(painter)
        self._draw_days(painter)
        for marker in self.markers:
            self._draw_marker(painter, marker)
        self.draw_cursor(painter)
        painter.end()

    def _draw_scale(self, painter: QPainter) -> None:
        plot, top = self._plot(), self._top()
        step = round_step(top)
        for value in range(0, top + 1, step):
            y = self.crisp(plot.bottom() - plot.height() * value / top)
            painter.setPen(QPen(self.colour(QPalette.ColorRole.Mid), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(self.colour(QPalette.ColorRole.PlaceholderText))
            place = QRectF(0, y - look.grid(3), plot.left() - look.grid(1.5), look.grid(6))
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{value:,}")

    def _draw_bars(self, painter: QPainter) -> None:
        plot, slot, top = self._plot(), self._slot(), self._top()
        gap = min(slot * 0.2, look.grid(1))
        painter.setPen(Qt.PenStyle.NoPen)
        for at, bar in enumerate(self.bars.bars):
            if bar.count:
                over = not self.limits or bar.count > self.limits[0][0]
                painter.setBrush(self.shade(1.0 if over else 0.55))
                left, right = self.crisp(plot.left() + at * slot), self.crisp(plot.left() + (at + 1) * slot - gap)
                upper = self.crisp(plot.bottom() - plot.height() * bar.count / top)
                painter.drawRect(QRectF(left, upper, max(right - left, 1.0), plot.bottom() - upper))

    def _draw_limit(self, painter: QPainter) -> None:
        plot, top = self._plot(), self._top()
        for limit, said in self.limits if self.bars.bars else ():
            if limit <= top:
                y = self.crisp(plot.bottom() - plot.height() * limit / top)
                painter.setPen(QPen(self.colour(QPalette.ColorRole.BrightText), 1.2, Qt.PenStyle.DashLine))
                painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
                self._name_limit(painter, said, y)

    def _name_limit(self, painter: QPainter, said: str, y: float) -> None:
        """The name of a limit on a plate, so that bars behind it do not take it away."""
        metrics = self.fontMetrics()
        place = QRectF(self._plot().left() + look.grid(1), y - metrics.height() - 1,
                       metrics.horizontalAdvance(said) + look.grid(1.5), metrics.height())
        plate = self.colour(QPalette.ColorRole.Base)
        plate.setAlphaF(0.86)
        painter.fillRect(place, plate)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, said)

    def _draw_days(self, painter: QPainter) -> None:
        plot, slot = self._plot(), self._slot()
        painter.setPen(self.colour(QPalette.ColorRole.PlaceholderText))
        wide = self.fontMetrics().horizontalAdvance("2026-00-00") + look.grid(5)
        every = max(1, round(wide / slot + 0.5))
        for at in range(0, len(self.bars.bars), every):
            left = min(plot.left() + at * slot, plot.right() - wide + look.grid(5))
            day = self.bars.bars[at].first
            said = f"{day:%Y-%m}" if self.bars.step == "month" else f"{day:%Y-%m-%d}" if at == 0 else f"{day:%m-%d}"
            if at == 0 or left >= plot.left() + at * slot - 1:
                painter.drawText(QPointF(left, plot.bottom() + self.fontMetrics().height()), said)

    def _draw_marker(self, painter: QPainter, marker: Marker) -> None:
        plot, size = self._plot(), look.grid(1.4)
        x = self.crisp(plot.left() + self.bars.index(marker.day) * self._slot())
        painter.setPen(QPen(self.colour(QPalette.ColorRole.PlaceholderText), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.colour(QPalette.ColorRole.WindowText))
        draw_mark(painter, marker.kind, QPointF(x, plot.top() - size), size)


def draw_mark(painter: QPainter, kind: MarkerKind, at: QPointF, size: float) -> None:
    """A triangle for a notice, a square for a filing, a circle for an offer."""
    if kind == "notice":
        painter.drawPolygon(QPolygonF([QPointF(at.x() - size, at.y() - size), QPointF(at.x() + size, at.y() - size),
                                       QPointF(at.x(), at.y() + size)]))
    elif kind == "filing":
        painter.drawRect(QRectF(at.x() - size * 0.85, at.y() - size * 0.85, size * 1.7, size * 1.7))
    else:
        painter.drawEllipse(at, size, size)


def span(bar: Bar) -> str:
    """The days of a bar as a person reads them."""
    return day_in_full(bar.first) if bar.first == bar.last else f"{bar.first.isoformat()} – {bar.last.isoformat()}"


def round_step(most: int) -> int:
    """Steps of 1, 2 or 5 times a power of ten, four at most."""
    step = 1
    while most > 4 * step:
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    return step
