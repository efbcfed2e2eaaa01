"""How the program looks: one palette for light and one for dark, one grid, three text sizes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from casedesk.ui import icons
from casedesk.ui.sheet import sheet

_BARE_FAMILIES = {"DejaVu Sans", "Bitstream Vera Sans", "Helvetica", "Sans Serif", "Sans", ""}


@dataclass(frozen=True)
class Tones:
    """The colours of one scheme."""

    window: str
    base: str
    raised: str
    hairline: str
    border: str
    text: str
    faint: str
    accent: str
    on_accent: str
    selection: str
    doubt: str
    error: str
    good: str


LIGHT = Tones(window="#f5f6f7", base="#ffffff", raised="#eaecef", hairline="#dee1e5", border="#878d97",
              text="#1c2025", faint="#5c646e", accent="#1f5fa6", on_accent="#ffffff", selection="#d9e7f7",
              doubt="#8a5a00", error="#b3261e", good="#2c6e3f")
DARK = Tones(window="#1d1f22", base="#25282c", raised="#303439", hairline="#383d43", border="#7b848f",
             text="#e7e9ec", faint="#a0a7b0", accent="#7fb2ee", on_accent="#10202f", selection="#253850",
             doubt="#e0b15a", error="#f2867d", good="#86c795")


def dark() -> bool:
    """Whether the window is dark now."""
    return QApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128


def tones() -> Tones:
    """The colours shown now."""
    return DARK if dark() else LIGHT


def palette_of(scheme: Tones) -> QPalette:
    """A scheme as the palette every widget paints with."""
    palette = QPalette()
    role = QPalette.ColorRole
    for name, colours in {
        role.Window: scheme.window, role.WindowText: scheme.text, role.Base: scheme.base,
        role.AlternateBase: scheme.raised, role.Text: scheme.text, role.Button: scheme.base,
        role.ButtonText: scheme.text, role.BrightText: scheme.error, role.PlaceholderText: scheme.faint,
        role.Light: scheme.base, role.Midlight: scheme.raised, role.Mid: scheme.hairline, role.Dark: scheme.border,
        role.Shadow: scheme.border, role.Highlight: scheme.selection, role.HighlightedText: scheme.text,
        role.Accent: scheme.accent, role.Link: scheme.accent, role.LinkVisited: scheme.accent,
        role.ToolTipBase: scheme.base, role.ToolTipText: scheme.text,
    }.items():
        palette.setColor(name, QColor(colours))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(scheme.border))
    return palette


def wear(app: QApplication, theme: str) -> None:
    """Put on the light, the dark or the system's scheme."""
    wants_dark = theme == "dark" or (theme == "system" and system_is_dark(app))
    scheme = DARK if wants_dark else LIGHT
    app.setPalette(palette_of(scheme))
    app.setStyleSheet(sheet(unit(), scheme))
    icons.refresh(app)


def system_is_dark(app: QApplication) -> bool:
    """Whether the desktop is set to dark."""
    return app.styleHints().colorScheme() == Qt.ColorScheme.Dark


def choose_font(app: QApplication) -> None:
    """The system's font, with ours behind it so that Chinese shows on any machine."""
    register_fonts()
    font = app.font()
    ours = ["CaseDesk Hei", "Noto Sans CJK SC", "CaseDesk Rare", "CaseDesk Signs"]
    own = [font.family()] if font.family() not in _BARE_FAMILIES else ["Noto Sans", "CaseDesk Hei", "Noto Sans CJK SC"]
    font.setFamilies([*own, *ours])
    if font.pointSizeF() > 0:
        font.setPointSizeF(max(font.pointSizeF(), 9.5))
    app.setFont(font)


@cache
def register_fonts() -> None:
    """Make the shipped fonts known to Qt; a machine with Chinese fonts of its own waits for none of them."""
    from casedesk.base import fonts

    known = set(QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese))
    wanted = (fonts.HEI, fonts.RARE, fonts.SIGNS) if not known else (fonts.HEI,)
    for face in wanted:
        if face.path.is_file():
            QFontDatabase.addApplicationFont(str(face.path))


def unit() -> int:
    """The grid: a quarter of a line."""
    return max(4, round(QFontMetrics(QApplication.font()).height() / 4.6))


def grid(count: float) -> int:
    """So many grid units, in pixels."""
    return round(count * unit())


def chars(widget: QWidget, count: int) -> int:
    """The width of so many average characters in this widget."""
    return round(count * widget.fontMetrics().horizontalAdvance("0") * 1.05) + grid(6)


def room(window: QWidget) -> QSize:
    """The largest a window can be, without its frame, to be seen whole on its screen."""
    frame = window.frameGeometry().size() - window.size()
    return window.screen().availableSize() - frame


def fit(widget: QWidget, parent: QWidget | None, width: int, height: int) -> None:
    """Give a window over another this size, or what the other, or the screen, has room for."""
    room = parent.window().size() if parent is not None else widget.screen().availableSize()
    widget.resize(min(width, room.width() - grid(10)), min(height, room.height() - grid(10)))


def title_font(factor: float = 1.4) -> QFont:
    """The font of page titles."""
    font = QFont(QApplication.font())
    font.setPointSizeF(font.pointSizeF() * factor)
    font.setWeight(QFont.Weight.Bold)
    return font


def strong_font() -> QFont:
    """The font of headings inside a page."""
    font = QFont(QApplication.font())
    font.setWeight(QFont.Weight.Bold)
    return font


def small_font() -> QFont:
    """The font of what is said beside and below."""
    font = QFont(QApplication.font())
    font.setPointSizeF(font.pointSizeF() * 0.9)
    return font
