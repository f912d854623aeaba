"""The program's own icon, from the sizes in `resources/icons`, sharp in title bars and task switchers."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon

from resources import locate

SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
"""Sides of the PNG files, in pixels."""
DESKTOP_ID = "anomalygpt-inspector"
"""Name of the desktop entry without its suffix; desktops find icon and grouping by it."""


def application_icon() -> QIcon:
    """Return the icon with all its sizes."""
    icon = QIcon()
    for size in SIZES:
        icon.addFile(str(locate("icons", f"anomalygpt-{size}.png")), QSize(size, size))
    return icon
