"""The field a barcode reader types into: the serial number of the next photo. Enter confirms, Escape empties it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from gui.theme import icon
from gui.translated import tr

MOST_CHARACTERS = 200
WIDTH, LARGE_WIDTH = 340, 720
"""Most pixels it takes, as usual and for operators."""


class SerialField(QLineEdit):
    """Holds one serial number until a photo takes it."""

    confirmed = Signal(str)
    """A reader or a person pressed Enter; the number waits for the next photo."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxLength(MOST_CHARACTERS)
        self.setPlaceholderText(tr("Serial number of the next part"))
        self.setAccessibleName(tr("Serial number"))
        self.setToolTip(tr("Scan or type the serial number of the next part (Ctrl+L); the next photo takes it"))
        self.setClearButtonEnabled(True)
        self.addAction(icon("barcode-scan", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.returnPressed.connect(self._confirm)
        self.set_large(False)

    @property
    def serial(self) -> str:
        """What is in the field, without what a reader puts around it."""
        return "".join(letter for letter in self.text() if letter.isprintable()).strip()

    def take(self) -> str:
        """Return the number for a photo and make room for the next."""
        serial = self.serial
        self.clear()
        return serial

    def set_large(self, is_large: bool) -> None:
        """Be legible from where an operator stands, or as usual."""
        self.setStyleSheet("font-size: 17pt;" if is_large else "")
        self.setMaximumWidth(LARGE_WIDTH if is_large else WIDTH)

    def focus(self) -> None:
        """Be ready for the reader: what is typed replaces what is there."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def event(self, event: QEvent) -> bool:
        """Leave photos on the clipboard to the window, which inspects them."""
        is_key = event.type() == QEvent.Type.ShortcutOverride
        if is_key and _is_paste(event) and _holds_photo():
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Empty the field with Escape."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            event.accept()
            return
        super().keyPressEvent(event)

    def _confirm(self) -> None:
        self.selectAll()
        if self.serial:
            self.confirmed.emit(self.serial)


def _is_paste(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Paste)


def _holds_photo() -> bool:
    data = QGuiApplication.clipboard().mimeData()
    return data is not None and (data.hasUrls() or data.hasImage())
