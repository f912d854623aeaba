"""A label for sentences: it breaks its lines, shows text as it is, and looks as its role says."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget


def make_label(role: str, parent: QWidget, text: str = "") -> QLabel:
    """Return a label; `role` is one of the style sheet's, such as "muted" or "error"."""
    label = QLabel(text, parent)
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
