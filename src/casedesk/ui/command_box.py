"""One box for search and commands: results in groups below it, the first one on Enter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Slot,
)
from PySide6.QtGui import (
    QAction,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPalette,
    QTextLayout,
)
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from casedesk.base.i18n import tr
from casedesk.records import BY_TABLE, Record
from casedesk.store.cabinet import Store
from casedesk.ui import icons, look
from casedesk.ui.command_hits import Found, Offered, Searching, commands, marks
from casedesk.ui.commands import Command, all_commands
from casedesk.ui.jobs import Job
from casedesk.ui.office import Office
from casedesk.ui.places import Place

Index = QModelIndex | QPersistentModelIndex
_FOUND = Qt.ItemDataRole.UserRole
_WAIT, _LINES = 60, 18
_ONLY_COMMANDS = ">"


class Results(QAbstractListModel):
    """What was found, one heading above each group."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Found | str] = []
        self.typed = ""

    def show(self, found: Sequence[Found], typed: str, nothing: str) -> None:
        """Show these, or that there is nothing."""
        self.beginResetModel()
        self.typed, self.rows = typed, []
        group = ""
        for one in found:
            if one.group != group:
                group = one.group
                self.rows.append(group)
            self.rows.append(one)
        if nothing and not found:
            self.rows.append(nothing)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        one = self.rows[index.row()]
        if role == _FOUND:
            return one
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return one if isinstance(one, str) else one.spoken
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        one = self.rows[index.row()]
        return Qt.ItemFlag.NoItemFlags if isinstance(one, str) else super().flags(index)


class Lines(QStyledItemDelegate):
    """Draws a heading, or a title with the words around the hit; never reads them as markup."""

    def __init__(self, results: Results, parent: QObject) -> None:
        super().__init__(parent)
        self._results = results

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        high = QFontMetrics(QApplication.font()).height()
        heading = isinstance(index.data(_FOUND), str)
        return QSize(0, high + look.grid(3 if heading and index.row() else 2))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        one, rect = index.data(_FOUND), option.rect
        palette = option.palette
        painter.save()
        inner = rect.adjusted(look.grid(3), 0, -look.grid(3), 0)
        if isinstance(one, str):
            painter.setFont(look.small_font())
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            bottom = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
            painter.drawText(inner.adjusted(0, 0, 0, -look.grid(0.5)), bottom, one)
        elif isinstance(one, Found):
            if option.state & QStyle.StateFlag.State_Selected:
                painter.fillRect(rect, palette.color(QPalette.ColorRole.Highlight))
            self._draw(painter, inner, one, palette)
        painter.restore()

    def _draw(self, painter: QPainter, rect: QRect, one: Found, palette: QPalette) -> None:
        metrics = painter.fontMetrics()
        text, faint = palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.PlaceholderText)
        painter.setPen(faint)
        painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, one.aside)
        room = rect.width() - metrics.horizontalAdvance(one.aside) - look.grid(3)
        title = metrics.elidedText(one.title, Qt.TextElideMode.ElideRight, room if not one.detail else room * 2 // 5)
        painter.setPen(text)
        used = self._marked(painter, rect.adjusted(0, 0, room - rect.width(), 0), title)
        painter.setPen(faint)
        left = used + look.grid(4)
        self._marked(painter, rect.adjusted(left, 0, room - rect.width(), 0), " ".join(one.detail.split()))

    def _marked(self, painter: QPainter, rect: QRect, text: str) -> int:
        """Draw one line with the words searched for in bold; gives its width."""
        if rect.width() <= 0:
            return 0
        layout = QTextLayout(text, painter.font())
        layout.setFormats([_bold(_units(text[:start]), _units(text[start:start + length]))
                           for start, length in marks(text, self._results.typed)])
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(100_000)
        layout.endLayout()
        painter.save()
        painter.setClipRect(rect)
        layout.draw(painter, QPoint(rect.left(), rect.center().y() - round(line.height() / 2) + 1))
        painter.restore()
        return min(round(line.naturalTextWidth()), rect.width())


def _bold(start: int, length: int) -> QTextLayout.FormatRange:
    span = QTextLayout.FormatRange()
    span.start, span.length = start, length
    made = span.format
    made.setFontWeight(QFont.Weight.Bold)
    made.setForeground(QApplication.palette().color(QPalette.ColorRole.Accent))
    span.format = made
    return span


def _units(text: str) -> int:
    """Length as Qt counts it: UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


class CommandBox(QLineEdit):
    """The box of the top bar; its list lies below it inside the window."""

    def __init__(self, office: Office, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self.office = office
        self.offered = [_offered(one, actions[one.name]) for one in all_commands() if one.name in actions]
        self._job: Job | None = None
        self._records: list[Found] = []
        self._asked = ""
        self._taking = False
        """Enter was pressed before the answer came."""
        self.setPlaceholderText(tr("Search or command") + "  Ctrl+K")
        self.setAccessibleName(tr("Search or command"))
        self.setAccessibleDescription(tr("Type a name, a number, words, or what you want to do"))
        self.setMinimumWidth(look.chars(self, 30))
        self.addAction(icons.icon("search", QPalette.ColorRole.PlaceholderText),
                       QLineEdit.ActionPosition.LeadingPosition)
        self.results = Results()
        self.list = QListView()
        self._dress_list()
        self._late = QTimer(self, singleShot=True, interval=_WAIT)
        self._late.timeout.connect(self._search)
        self.textEdited.connect(self._typed)
        self.list.clicked.connect(self._clicked)

    def _dress_list(self) -> None:
        self.list.setModel(self.results)
        self.list.setItemDelegate(Lines(self.results, self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setProperty("kind", "results")
        self.list.setAccessibleName(tr("Found"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setStyleSheet('QListView[kind="results"] { border: 1px solid palette(dark); padding: 2px; }')
        self.list.hide()
        self.destroyed.connect(self.list.deleteLater)

    # asking

    @Slot()
    def _typed(self) -> None:
        self._taking = False
        self._late.start()
        self._show()

    @Slot()
    def _search(self) -> None:
        self._asked = self.text().strip()
        if self._job is not None:
            self._job.cancel()
            self._job = None
        if self._asked and not self._asked.startswith(_ONLY_COMMANDS):
            self._job = self.office.read(Searching(self.office.store, self._asked), self._found)
        else:
            self._records = []
            self._answered()

    @Slot(object)
    def _found(self, answer: tuple[str, list[Found]]) -> None:
        asked, found = answer
        if asked == self._asked:
            self._job, self._records = None, found
            self._answered()

    def _answered(self) -> None:
        self._show()
        if self._taking:
            self.take()

    @property
    def _waiting(self) -> bool:
        return self._late.isActive() or self._job is not None

    def _show(self) -> None:
        typed = self.text().strip().removeprefix(_ONLY_COMMANDS)
        told, certain = commands(typed, [one for one in self.offered if one.possible()])
        found = [*told, *self._records] if certain else [*self._records, *told]
        if not self.text().strip() and not self.hasFocus():
            found = []
        nothing = tr("Nothing is found for “{words}”.", words=typed) if typed and not self._waiting else ""
        self.results.show(found, typed, nothing)
        self._select(0, 1)
        self._place(shown=bool(self.results.rows))

    def _place(self, *, shown: bool) -> None:
        window = self.window()
        if self.list.parentWidget() is not window:
            self.list.setParent(window)
        self.list.setVisible(shown)
        if shown:
            left = self.mapTo(window, QPoint(0, self.height() + 2))
            high = sum(self.list.sizeHintForRow(row) for row in range(self.results.rowCount())) + look.grid(2)
            most = min(window.height() - left.y() - look.grid(4), look.grid(6) * _LINES)
            self.list.setGeometry(left.x(), left.y(), self.width(), min(high, most))
            self.list.raise_()

    # choosing

    def _select(self, start: int, step: int) -> None:
        row = start
        while 0 <= row < len(self.results.rows) and isinstance(self.results.rows[row], str):
            row += step
        if 0 <= row < len(self.results.rows):
            self.list.setCurrentIndex(self.results.index(row, 0))

    @Slot(QModelIndex)
    def _clicked(self, index: QModelIndex) -> None:
        self.list.setCurrentIndex(index)
        self.take()

    @Slot()
    def take(self) -> None:
        """Do or open what is chosen in the list, once the answer to all that is typed is there."""
        self._taking = self._waiting
        if self._late.isActive():
            self._late.stop()
            self._search()
            return
        if self._taking:
            return
        one = self.list.currentIndex().data(_FOUND)
        if not isinstance(one, Found):
            return
        self.dismiss()
        if one.command is not None:
            one.command.run()
        else:
            store, kind, record_id = self.office.store, BY_TABLE[one.kind], one.record_id
            self.office.read(lambda: _place_of(store, kind, record_id), self._go)

    @Slot(object)
    def _go(self, place: Place) -> None:
        self.office.wanted.emit(place)

    def dismiss(self) -> None:
        """Empty the box and give the focus back to the page."""
        self._late.stop()
        self._asked, self._records, self._taking = "", [], False
        self.clear()
        self.list.hide()
        self.clearFocus()

    # Qt's own

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, row = event.key(), self.list.currentIndex().row()
        if key == Qt.Key.Key_Escape:
            self.dismiss()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.take()
        elif key == Qt.Key.Key_Down and not self.list.isVisible():
            self._show()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_PageDown):
            self._select(min(row + (1 if key == Qt.Key.Key_Down else 6), len(self.results.rows) - 1), 1)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_PageUp):
            self._select(max(row - (1 if key == Qt.Key.Key_Up else 6), 0), -1 if row > 1 else 1)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.selectAll()
        if event.reason() == Qt.FocusReason.ShortcutFocusReason:
            self._show()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
            self.list.hide()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.list.isVisible():
            self._place(shown=True)
        return super().event(event)


def _offered(command: Command, action: QAction) -> Offered:
    keys = QKeySequence(command.keys).toString(QKeySequence.SequenceFormat.NativeText)
    return Offered(command.label, keys, action.trigger, action.isEnabled)


def _place_of(store: Store, kind: type[Record], record_id: int) -> Place:
    from casedesk.ui.pages.finding_place import place_of

    return place_of(store, kind, record_id)
