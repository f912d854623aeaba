"""One look for the whole window: light, dark or as the system has it, switched live.

Fusion, a palette and one style sheet, all made from the colours in `colours`. Widgets ask for a `colour` by role and
for an `icon` by name; icons follow a switch by themselves. Whoever paints with a colour of its own listens to
`theme_notifier().changed`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from gui.colours import SCHEMES, Scheme
from gui.icons import icon, verdict_icon
from gui.style_sheet import make_style_sheet
from gui.translated import verdict_word

__all__ = [
    "SPACING",
    "apply_theme",
    "colour",
    "icon",
    "is_dark",
    "mono_font",
    "theme_notifier",
    "verdict_icon",
    "verdict_word",
]

ThemeName = Literal["light", "dark", "system"]

SPACING = 8
"""Device-independent pixels between neighbouring controls; wider gaps are multiples of it."""
FONT_FAMILIES = ("IBM Plex Sans", "Droid Sans Fallback", "DejaVu Sans")
POINT_SIZE = 10
_FONTS = Path(__file__).resolve().parents[1] / "resources" / "fonts"


class _Notifier(QObject):
    changed = Signal()
    """The colours in use changed."""


class _Current:
    """The look in use. One per process, like the application it belongs to."""

    scheme: Scheme = "light"
    name: ThemeName = "light"
    notifier: _Notifier | None = None
    fonts_loaded = False


def theme_notifier() -> _Notifier:
    """Return what says that the colours changed."""
    if _Current.notifier is None:
        _Current.notifier = _Notifier()
    return _Current.notifier


def colour(role: str) -> QColor:
    """Return the colour of a role (see `colours`) in the look in use."""
    return QColor(SCHEMES[_Current.scheme][role])


def is_dark() -> bool:
    """Return whether the dark colours are in use."""
    return _Current.scheme == "dark"


def mono_font() -> QFont:
    """Return the font for hashes, positions and other figures that stand below each other."""
    font = QFont(QApplication.font())
    font.setFamilies(["IBM Plex Mono", "DejaVu Sans Mono"])
    return font


def apply_theme(app: QApplication, name: str) -> None:
    """Give the application the look "light", "dark" or "system", at any time; unknown names are "system"."""
    hints = QGuiApplication.styleHints()
    if not _Current.fonts_loaded:
        _load_fonts(app)
        hints.colorSchemeChanged.connect(lambda: _follow_system(app))
    _Current.name = name if name in ("light", "dark") else "system"  # type: ignore[assignment]
    wanted = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
    # The system draws title bars and its own dialogs to match.
    hints.setColorScheme(wanted.get(_Current.name, Qt.ColorScheme.Unknown))
    _use(app, _find_scheme())


def _follow_system(app: QApplication) -> None:
    scheme = _find_scheme()
    if scheme != _Current.scheme:
        _use(app, scheme)


def _find_scheme() -> Scheme:
    if _Current.name != "system":
        return _Current.name
    return "dark" if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else "light"


def _use(app: QApplication, scheme: Scheme) -> None:
    _Current.scheme = scheme
    if app.style().name() != "fusion":
        app.setStyle("Fusion")
    app.setPalette(_make_palette())
    app.setStyleSheet(make_style_sheet(scheme, SCHEMES[scheme]))
    theme_notifier().changed.emit()


def _load_fonts(app: QApplication) -> None:
    for path in sorted(_FONTS.glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(path))
    font = QFont()
    font.setFamilies(list(FONT_FAMILIES))
    font.setPointSize(POINT_SIZE)
    app.setFont(font)
    _Current.fonts_loaded = True


def _make_palette() -> QPalette:
    roles = {
        QPalette.ColorRole.Window: "window",
        QPalette.ColorRole.WindowText: "text",
        QPalette.ColorRole.Base: "panel",
        QPalette.ColorRole.AlternateBase: "panel_alt",
        QPalette.ColorRole.Text: "text",
        QPalette.ColorRole.PlaceholderText: "muted",
        QPalette.ColorRole.Button: "panel",
        QPalette.ColorRole.ButtonText: "text",
        QPalette.ColorRole.BrightText: "danger",
        QPalette.ColorRole.ToolTipBase: "panel",
        QPalette.ColorRole.ToolTipText: "text",
        QPalette.ColorRole.Highlight: "accent",
        QPalette.ColorRole.HighlightedText: "accent_text",
        QPalette.ColorRole.Link: "accent",
        QPalette.ColorRole.LinkVisited: "accent",
        QPalette.ColorRole.Light: "panel",
        QPalette.ColorRole.Midlight: "panel_alt",
        QPalette.ColorRole.Mid: "border",
        QPalette.ColorRole.Dark: "border_strong",
        QPalette.ColorRole.Accent: "accent",
    }
    palette = QPalette()
    for role, name in roles.items():
        palette.setColor(role, colour(name))
    disabled = QPalette.ColorGroup.Disabled
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(disabled, role, colour("border_strong"))
    return palette
