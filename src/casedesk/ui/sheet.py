"""The few shapes the style does not give: hairlines, quiet buttons, flat tabs. Colours are palette roles."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casedesk.ui.look import Tones

_SHEET = Template("""
* { outline: none; }
QToolTip { border: 1px solid $hairline; padding: ${u}px; color: $text; background: $base; }
QLineEdit, QPlainTextEdit, QComboBox, QSpinBox {
  background: $base; border: 1px solid $border; border-radius: ${r}px; padding: ${p}px ${u}px;
  selection-background-color: $selection; selection-color: $text; }
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QSpinBox:focus { border: 2px solid $accent;
  padding: ${pi}px ${ui}px; }
QTextEdit { background: transparent; border: none; }
QTextEdit[tone="faint"] { color: $faint; }
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled { background: $window; border-color: $hairline; }
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"], QComboBox[wrong="true"] { border: 1px solid $error; }
QComboBox::drop-down { border: none; width: ${u4}px; }
QComboBox::down-arrow { image: url($arrow); width: ${u3}px; height: ${u3}px; }
QComboBox QLineEdit, QComboBox QLineEdit:focus { border: none; padding: 0; background: transparent; }
QComboBox QAbstractItemView { border: 1px solid $border; background: $base; padding: ${p}px;
  selection-background-color: $selection; selection-color: $text; }
QCheckBox::indicator, QTableView::indicator, QTreeView::indicator {
  width: ${u3}px; height: ${u3}px; border: 1px solid $border; border-radius: 3px; background: $base; }
QCheckBox::indicator:checked, QTableView::indicator:checked, QTreeView::indicator:checked {
  background: $accent; border-color: $accent; image: url($tick); }
QCheckBox::indicator:disabled { border-color: $hairline; }
QCheckBox, QRadioButton { border: 2px solid transparent; border-radius: ${r}px; }
QCheckBox:focus, QRadioButton:focus { border-color: $accent; }
QRadioButton::indicator { width: ${u3}px; height: ${u3}px; border: 1px solid $border; border-radius: ${ring}px;
  background: $base; }
QRadioButton::indicator:checked { border-color: $accent; image: url($dot); }
QPushButton { background: $base; border: 1px solid $border; border-radius: ${r}px; padding: ${p}px ${u3}px; }
QPushButton:hover { background: $raised; }
QPushButton:pressed { background: $hairline; }
QPushButton:focus { border: 2px solid $accent; padding: ${pi}px ${u3i}px; }
QPushButton:disabled { border-color: $hairline; color: $border; background: transparent; }
QPushButton[kind="primary"] { background: $accent; border-color: $accent; color: $on_accent; font-weight: bold; }
QPushButton[kind="primary"]:hover { background: $accent; border-color: $text; }
QPushButton[kind="primary"]:focus { border: 3px double $accent; background-clip: padding; padding: ${pi}px ${u3i}px; }
QPushButton[kind="primary"]:disabled { background: $hairline; border-color: $hairline; color: $faint; }
QPushButton[kind="link"] { background: transparent; border: none; border-bottom: 1px solid transparent; color: $accent;
  padding: ${p}px 0; text-align: left; }
QPushButton[kind="link"]:hover { text-decoration: underline; background: transparent; }
QPushButton[kind="link"]:focus { border: none; border-bottom: 1px solid $accent; padding: ${p}px 0; }
QPushButton[kind="chip"] { background: $raised; border: 1px solid transparent; border-radius: ${u2}px;
  padding: 0 ${u2}px; }
QPushButton[kind="chip"]:checked { background: $selection; border-color: $accent; }
QPushButton[kind="chip"]:focus { border: 2px solid $accent; padding: 0 ${u2i}px; }
QPushButton[kind="rail"] { background: transparent; border: none; border-radius: ${r}px; text-align: left;
  padding: ${u}px ${u2}px; }
QPushButton[kind="rail"]:hover { background: $raised; }
QPushButton[kind="rail"]:checked { background: $selection; font-weight: bold; }
QPushButton[kind="rail"]:focus { border: 2px solid $accent; padding: ${ui2}px ${u2i2}px; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: ${r}px; padding: ${u}px; }
QToolButton:hover { background: $raised; }
QToolButton:focus { border: 2px solid $accent; padding: ${ui}px; }
QToolButton:pressed, QToolButton:checked { background: $selection; }
QToolButton::menu-indicator { image: none; }
QMenu { background: $base; border: 1px solid $border; padding: ${u}px; }
QMenu::item { padding: ${u}px ${u6}px ${u}px ${u5}px; border-radius: ${r}px; }
QMenu::item:selected { background: $selection; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $hairline; margin: ${u}px 0; }
QMenu::icon { padding-left: ${u2}px; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; border: 2px solid transparent;
  padding: ${u2i2}px ${u3i2}px ${u2}px; color: $faint; }
QTabBar[tight="true"]::tab { padding: ${u2i2}px ${ui2}px ${u2}px; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected:focus { border-color: $accent; }
QTabWidget::pane { border: none; border-top: 1px solid $hairline; }
QTableView, QListView, QTreeView { background: $base; border: 1px solid transparent; gridline-color: $hairline;
  selection-background-color: $selection; selection-color: $text; alternate-background-color: $window; }
QTableView:focus, QListView:focus, QTreeView:focus, QGraphicsView:focus { border-color: $accent; }
QGraphicsView { border: 1px solid transparent; }
QTableView::item { padding: 0 ${u2}px; }
QHeaderView { background: $base; border: none; }
QHeaderView::section { background: $base; color: $faint; border: none; border-bottom: 1px solid $hairline;
  padding: ${u}px ${u2}px; font-weight: 400; }
QHeaderView::section:hover { color: $text; }
QTableCornerButton::section { background: $base; border: none; }
QScrollBar:vertical { background: transparent; width: ${u3}px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: ${u3}px; margin: 0; }
QScrollBar::handle { background: $border; border-radius: ${h}px; margin: 2px; }
QScrollBar::handle:vertical { min-height: ${u6}px; }
QScrollBar::handle:horizontal { min-width: ${u6}px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QScrollArea { border: none; background: transparent; }
QScrollArea > QWidget > QWidget[kind="page"] { background: $base; }
QSplitter::handle { background: $hairline; }
QProgressBar { background: $hairline; border: none; border-radius: 2px; max-height: ${u}px; min-height: ${u}px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
QFrame[kind="line"] { background: $hairline; border: none; max-height: 1px; min-height: 1px; }
QFrame[kind="upright"] { background: $hairline; border: none; max-width: 1px; min-width: 1px; }
QWidget[kind="bar"] { background: $window; }
QWidget[kind="page"] { background: $base; }
QLabel[tone="faint"] { color: $faint; }
QLabel[tone="doubt"] { color: $doubt; }
QLabel[tone="error"] { color: $error; }
QLabel[tone="good"] { color: $good; }
QLabel[tone="accent"] { color: $accent; }
QLabel[kind="badge"] { background: $raised; color: $text; border-radius: ${u2}px; padding: 0 ${u2}px; }
QLabel[kind="badge"][tone="doubt"] { color: $doubt; }
QLabel[kind="badge"][tone="error"] { color: $error; }
""")


def sheet(unit: int, tones: Tones) -> str:
    """The style sheet for one grid and one scheme."""
    from casedesk.ui import arrows

    sizes = {f"u{n}": n * unit for n in (2, 3, 4, 5, 6)}
    pads = {"p": max(2, unit // 2), "u": unit, "u2": 2 * unit, "u3": 3 * unit}
    inner = {f"{name}i{by if by > 1 else ''}": pad - by for name, pad in pads.items() for by in (1, 2)}
    signs = {"arrow": arrows.drawn("down", tones.faint), "tick": arrows.drawn("check", tones.on_accent),
             "dot": arrows.drawn("dot", tones.accent)}
    return _SHEET.substitute(
        u=unit, r=unit, p=pads["p"], h=max(3, unit * 3 // 2 - 2), ring=unit * 3 // 2, **signs, **sizes, **inner,
        **{name: getattr(tones, name) for name in tones.__dataclass_fields__})
