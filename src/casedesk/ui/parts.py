"""Small pieces every page is put together from."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from casedesk.ui import icons, look
from casedesk.ui.cut import CutLabel, CutLink
from casedesk.ui.flow import Flow


def text(said: str, *, tone: str = "", font: QFont | None = None, wrap: bool = False, cut: bool = False) -> QLabel:
    """A label that shows what it is given and never reads it as markup; `wrap` and `cut` say how it gives way."""
    label = CutLabel(said) if cut else QLabel(said)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wrap)
    if tone:
        label.setProperty("tone", tone)
    if font is not None:
        label.setFont(font)
    return label


def title(said: str, *, cut: bool = False) -> QLabel:
    """The title of a page."""
    return text(said, font=look.title_font(), cut=cut)


def heading(said: str, *, wrap: bool = False, cut: bool = False) -> QLabel:
    """The heading of a part of a page."""
    return text(said, font=look.strong_font(), wrap=wrap, cut=cut)


def tone(label: QLabel, name: str) -> None:
    """Colour a label by what it says."""
    label.setProperty("tone", name)
    label.style().unpolish(label)
    label.style().polish(label)


def line() -> QFrame:
    """A hairline across."""
    frame = QFrame()
    frame.setProperty("kind", "line")
    return frame


def upright() -> QFrame:
    """A hairline from top to bottom."""
    frame = QFrame()
    frame.setProperty("kind", "upright")
    return frame


def button(said: str, kind: str = "", icon: str = "") -> QPushButton:
    """A push button: primary, chip, plain, or a link, which gives way."""
    made = CutLink(said) if kind == "link" else QPushButton(said)
    made.setProperty("kind", kind)
    if icon:
        role = QPalette.ColorRole.Base if kind == "primary" else QPalette.ColorRole.ButtonText
        icons.put(made, icon, role)
    made.setSizePolicy(QSizePolicy.Policy.Maximum if kind == "link" else QSizePolicy.Policy.Fixed,
                       QSizePolicy.Policy.Fixed)
    return made


def tool(icon: str, name: str, keys: str = "") -> QToolButton:
    """A button with an icon alone; its name is its tooltip and what a screen reader says."""
    made = QToolButton()
    icons.put(made, icon)
    made.setToolTip(f"{name}  {keys}".strip())
    made.setAccessibleName(name)
    return made


def column(*parts: QWidget | QLayout | None, margin: float = 0, gap: float = 2) -> QVBoxLayout:
    """Parts below each other; None is what stretches."""
    layout = QVBoxLayout()
    layout.setContentsMargins(*[look.grid(margin)] * 4)
    layout.setSpacing(look.grid(gap))
    _fill(layout, parts)
    return layout


def row(*parts: QWidget | QLayout | None, margin: float = 0, gap: float = 2) -> QHBoxLayout:
    """Parts beside each other; None is what stretches."""
    layout = QHBoxLayout()
    layout.setContentsMargins(*[look.grid(margin)] * 4)
    layout.setSpacing(look.grid(gap))
    _fill(layout, parts)
    return layout


def flow(*parts: QWidget, gap: float = 2) -> Flow:
    """Parts beside each other that go on in the next line when the line is full."""
    layout = Flow(look.grid(gap))
    for part in parts:
        layout.addWidget(part)
    return layout


def _fill(layout: QVBoxLayout | QHBoxLayout, parts: tuple[QWidget | QLayout | None, ...]) -> None:
    for part in parts:
        if part is None:
            layout.addStretch(1)
        elif isinstance(part, QLayout):
            layout.addLayout(part)
        else:
            layout.addWidget(part)


def holding(layout: QLayout, kind: str = "") -> QWidget:
    """A widget around a layout."""
    widget = QWidget()
    if kind:
        widget.setProperty("kind", kind)
        widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    widget.setLayout(layout)
    return widget


class Scrolling(QScrollArea):
    """Scrolls up and down; sideways only where less than its least width is left for it."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self.inside = inside
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def minimumSizeHint(self) -> QSize:
        beside = self.verticalScrollBar().sizeHint().width()
        return QSize(self.inside.minimumSizeHint().width() + beside, super().minimumSizeHint().height())


def scrolling(inside: QWidget) -> QScrollArea:
    """A page that scrolls up and down when it must."""
    inside.setProperty("kind", "page")
    inside.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return Scrolling(inside)


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)
