"""The one style sheet of the window, made from colours by role. Widgets say what they are by a property:

`role` of a label: "heading", "title", "muted", "big"; `kind` of a button: "primary", "danger", "quiet"; `role` of a
frame: "card". Everything that can have the focus shows it by a border in the accent colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Template

_SIGNS = Path(__file__).resolve().parents[1] / "resources" / "style"

_BASE = Template("""
QWidget { color: $text; }
QMainWindow, QDialog { background: $window; }
QToolTip { background: $panel; color: $text; border: 1px solid $border_strong; padding: 5px 7px; }

QLabel { background: transparent; }
QLabel[role="heading"] { font-size: 12pt; font-weight: 600; }
QLabel[role="title"] { font-size: 15pt; font-weight: 600; }
QLabel[role="big"] { font-size: 26pt; font-weight: 600; }
QLabel[role="pane-title"] { font-weight: 600; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="error"] { color: $danger; }
QFrame[role="card"] { background: $panel; border: 1px solid $border; border-radius: 8px; }
QFrame[role="banner"] { background: $panel; border: none; border-bottom: 1px solid $border; }
QLabel[chip] { border-radius: 4px; padding: 1px 7px; font-weight: 600; font-size: 9pt; }
QLabel[chip="accent"] { background: $accent_soft; color: $text; }
QLabel[chip="warning"] { background: $review_soft; color: $warning; }
QLabel[chip="danger"] { background: $danger; color: $panel; }
QFrame[role="page-bar"] { background: $panel; border: none; border-right: 1px solid $border; }
QFrame[role="page-bar"] QToolButton { font-size: 9pt; border-radius: 8px; }
QFrame[role="page-bar"] QToolButton:checked { background: $accent_soft; border-color: transparent; font-weight: 600; }
QFrame[role="page-bar"] QToolButton:focus { border: 2px solid $accent; }
QFrame[role="tool-row"] { background: $panel; border: none; border-bottom: 1px solid $border; }
QFrame[role="line"] { background: $border; border: none; max-height: 1px; min-height: 1px; }

QPushButton, QToolButton[kind] {
    background: $panel; border: 1px solid $border_strong; border-radius: 6px; padding: 6px 14px; min-height: 18px;
}
QPushButton:hover, QToolButton[kind]:hover { background: $hover; }
QPushButton:pressed, QToolButton[kind]:pressed { background: $pressed; }
QPushButton:focus, QToolButton[kind]:focus { border: 2px solid $accent; padding: 5px 13px; }
QPushButton:disabled, QToolButton[kind]:disabled {
    color: $border_strong; border-color: $border; background: $panel_alt;
}
QPushButton:checked { background: $accent_soft; border-color: $accent; }
QPushButton[kind="primary"], QPushButton:default[kind="primary"] {
    background: $accent; color: $accent_text; border-color: $accent; font-weight: 600;
}
QPushButton[kind="primary"]:hover { background: $accent_hover; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; }
QPushButton[kind="primary"]:disabled { background: $border; color: $muted; border-color: $border; }
QPushButton[kind="danger"] { color: $danger; border-color: $danger; }
QPushButton[kind="danger"]:hover { background: $reject_soft; }
QPushButton[kind="danger"]:disabled { color: $muted; border-color: $border; }
QPushButton[kind="quiet"], QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; }
QToolButton { padding: 4px; }
QPushButton[kind="quiet"]:hover, QToolButton:hover { background: $hover; }
QPushButton[kind="quiet"]:pressed, QToolButton:pressed { background: $pressed; }
QPushButton[kind="quiet"]:focus { border: 2px solid $accent; padding: 5px 13px; }
QToolButton:focus { border: 2px solid $accent; padding: 3px; }
QToolButton:checked { background: $accent_soft; border-color: $accent; }
QToolButton:disabled { color: $border_strong; }

QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox, QDateTimeEdit {
    background: $panel; border: 1px solid $border_strong; border-radius: 6px; padding: 5px 8px;
    selection-background-color: $accent; selection-color: $accent_text;
}
QAbstractSpinBox, QDateTimeEdit { padding-right: 20px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QDateTimeEdit:focus {
    border: 2px solid $accent; padding-top: 4px; padding-bottom: 4px; padding-left: 7px;
}
QLineEdit:disabled, QPlainTextEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {
    color: $border_strong; background: $panel_alt; border-color: $border;
}
QLineEdit:read-only, QPlainTextEdit:read-only { background: $panel_alt; }
QComboBox { padding-right: 26px; min-height: 18px; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url($arrow_down); width: 12px; height: 12px; }
QComboBox QAbstractItemView {
    background: $panel; border: 1px solid $border_strong; selection-background-color: $accent_soft;
    selection-color: $text; padding: 4px; outline: none;
}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; background: transparent; width: 18px; }
QAbstractSpinBox::up-button { subcontrol-position: top right; margin: 2px 2px 0 0; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; margin: 0 2px 2px 0; }
QAbstractSpinBox::up-arrow { image: url($arrow_up); width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: url($arrow_down); width: 10px; height: 10px; }

QCheckBox, QRadioButton { spacing: 8px; padding: 3px; border: 2px solid transparent; border-radius: 6px; }
QCheckBox:focus, QRadioButton:focus { border-color: $accent; }
QCheckBox::indicator, QRadioButton::indicator {
    width: 16px; height: 16px; border: 1px solid $border_strong; background: $panel;
}
QCheckBox::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 9px; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url($check); }
QRadioButton::indicator:checked { background: $panel; border: 5px solid $accent; width: 8px; height: 8px; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $border; background: $panel_alt; }

QSlider { border: 2px solid transparent; border-radius: 6px; min-height: 22px; }
QSlider:focus { border-color: $accent; }
QSlider::groove:horizontal { height: 4px; background: $border_strong; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal {
    width: 14px; height: 14px; margin: -6px 0; border-radius: 8px; background: $panel; border: 2px solid $accent;
}
QSlider::handle:horizontal:disabled { border-color: $border_strong; }

QProgressBar {
    background: $pressed; border: none; border-radius: 4px; min-height: 8px; max-height: 8px; color: transparent;
}
QProgressBar::chunk { background: $accent; border-radius: 4px; }

QAbstractItemView {
    background: $panel; alternate-background-color: $panel_alt; border: 1px solid $border; border-radius: 6px;
    selection-background-color: $accent_soft; selection-color: $text; outline: none; padding: 1px;
}
QAbstractItemView:focus { border: 2px solid $accent; padding: 0px; }
QAbstractItemView::item { padding: 4px 6px; }
QAbstractItemView::item:hover { background: $hover; }
QAbstractItemView::item:selected { background: $accent_soft; color: $text; }
QHeaderView { background: $panel_alt; border: none; }
QHeaderView::section {
    background: $panel_alt; color: $muted; border: none; border-bottom: 1px solid $border; padding: 6px 8px;
    font-weight: 600;
}
QTableCornerButton::section { background: $panel_alt; border: none; }

QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget[role="page"] { background: transparent; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $border_strong; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QTabWidget::pane { border: 1px solid $border; border-radius: 6px; background: $panel; }
QTabBar::tab {
    background: transparent; color: $muted; padding: 8px 14px; border: 2px solid transparent;
    border-bottom: 2px solid transparent;
}
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; font-weight: 600; }
QTabBar::tab:hover { color: $text; }
QTabBar:focus { outline: none; }
QTabBar::tab:focus { border: 2px solid $accent; border-radius: 4px; }

QMenuBar { background: $panel; border-bottom: 1px solid $border; padding: 2px 4px; }
QMenuBar::item { padding: 5px 9px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $panel; border: 1px solid $border_strong; padding: 5px; }
QMenu::item { padding: 6px 26px 6px 10px; border-radius: 4px; }
QMenu::icon { padding-left: 8px; }
QMenu::indicator { width: 14px; height: 14px; margin-left: 7px; border-radius: 4px; }
QMenu::indicator:checked { background: $accent; image: url($check); }
QMenu::item:selected { background: $accent_soft; }
QMenu::item:disabled { color: $border_strong; }
QMenu::separator { height: 1px; background: $border; margin: 5px 8px; }

QToolBar { background: $panel; border: none; border-bottom: 1px solid $border; padding: 4px 8px; spacing: 4px; }
QToolBar::separator { background: $border; width: 1px; margin: 5px 6px; }
QStatusBar { background: $panel; border-top: 1px solid $border; color: $muted; }
QStatusBar::item { border: none; }

QMainWindow::separator { background: $window; width: 6px; height: 6px; }
QMainWindow::separator:hover { background: $accent; }
QDockWidget { font-weight: 600; titlebar-close-icon: url($close); titlebar-normal-icon: url($float); }
QDockWidget::title { background: $window; padding: 7px 8px 5px 10px; text-align: left; }
QDockWidget::close-button, QDockWidget::float-button { border: none; padding: 2px; border-radius: 4px; }
QDockWidget::close-button:hover, QDockWidget::float-button:hover { background: $hover; }
QSplitter::handle { background: $border; }
QSplitter::handle:hover { background: $accent; }

QGroupBox { border: 1px solid $border; border-radius: 8px; margin-top: 18px; padding: 10px; }
QGroupBox::title { subcontrol-origin: margin; left: 10px; padding: 0 4px; color: $muted; font-weight: 600; }
""")


def make_style_sheet(scheme: str, colours: Mapping[str, str]) -> str:
    """Return the style sheet of a scheme ("light" or "dark") with these colours by role."""
    folder = (_SIGNS / scheme).as_posix()
    signs = {name: f"{folder}/{name}.svg" for name in ("arrow_down", "arrow_up", "check", "close", "float")}
    return _BASE.substitute(colours, **signs)
