"""A push button with an icon beside its words. What it does is its owner's affair."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPushButton, QWidget

from gui.icons import icon

BESIDE_WORDS = QSize(24, 18)
"""Wider than the icon is, since Qt leaves hardly a pixel between an icon and the words."""


def make_icon_button(sign: str, text: str, parent: QWidget | None = None) -> QPushButton:
    """Return a button with the icon called `sign`; the theme colours it."""
    button = QPushButton(icon(sign), text, parent)
    button.setIconSize(BESIDE_WORDS)
    return button
