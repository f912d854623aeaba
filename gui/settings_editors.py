"""The controls that settings are changed with: each shows a value and says when a person made another of it.

They know nothing of files and of each other. Typing counts when the field is left or Return is pressed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gui.pixmaps import fit_pixmap
from gui.settings_catalogue import Kind, SettingInfo
from gui.theme import SPACING
from gui.translated import tr

_MEGA = 1_000_000
_LOGO = QSize(180, 40)
_PAUSE_MS = 1200
"""How long nobody has typed before a list of lines counts as changed."""


class SettingEditor(QWidget):
    """Shows one value. `edited` carries what a person made of it."""

    edited = Signal(object)

    def show_value(self, value: object) -> None:
        """Show a value; says nothing."""
        raise NotImplementedError


def make_editor(info: SettingInfo, parent: QWidget) -> SettingEditor:
    """Return the control of a setting."""
    makers: dict[Kind, Callable[[SettingInfo, QWidget], SettingEditor]] = {
        Kind.CHOICE: ChoiceEditor,
        Kind.FLAG: FlagEditor,
        Kind.TEXT: TextEditor,
        Kind.PICTURE: PictureEditor,
        Kind.LINES: LinesEditor,
        Kind.MEGAPIXELS: MegapixelsEditor,
        Kind.MINUTES: MinutesEditor,
        Kind.NUMBER: NumberEditor,
    }
    return makers[info.kind](info, parent)


class ChoiceEditor(SettingEditor):
    """One of a few values."""

    def __init__(self, info: SettingInfo, parent: QWidget) -> None:
        super().__init__(parent)
        self.box = _CalmComboBox(self)
        self.box.setAccessibleName(tr(info.title))
        for value, words in info.choices:
            self.box.addItem(tr(words), value)
        self.box.activated.connect(lambda: self.edited.emit(self.box.currentData()))
        _lay_out(self, self.box)
        self.setFocusProxy(self.box)

    def show_value(self, value: object) -> None:
        """Select the value."""
        self.box.setCurrentIndex(self.box.findData(value))


class FlagEditor(SettingEditor):
    """On or off."""

    def __init__(self, info: SettingInfo, parent: QWidget) -> None:
        super().__init__(parent)
        self.box = QCheckBox(tr("On"), self)
        self.box.setAccessibleName(tr(info.title))
        self.box.toggled.connect(self._tell)
        _lay_out(self, self.box)
        self.setFocusProxy(self.box)

    def show_value(self, value: object) -> None:
        """Tick it or not."""
        self.box.blockSignals(True)
        self.box.setChecked(bool(value))
        self.box.blockSignals(False)

    def _tell(self, is_on: bool) -> None:
        self.edited.emit(is_on)


class TextEditor(SettingEditor):
    """A line of text."""

    def __init__(self, info: SettingInfo, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown = ""
        self.edit = QLineEdit(self)
        self.edit.setAccessibleName(tr(info.title))
        self.edit.setMaxLength(info.most)
        self.edit.setPlaceholderText(tr(info.placeholder) if info.placeholder else "")
        self.edit.editingFinished.connect(self._finish)
        _lay_out(self, self.edit)
        self.setFocusProxy(self.edit)

    def show_value(self, value: object) -> None:
        """Show the text."""
        self._shown = str(value)
        if self.edit.text() != self._shown:
            self.edit.setText(self._shown)

    def _finish(self) -> None:
        text = self.edit.text().strip()
        if text != self._shown:
            self._shown = text
            self.edited.emit(text)


class PictureEditor(TextEditor):
    """The path of a picture, with the picture below it."""

    def __init__(self, info: SettingInfo, parent: QWidget) -> None:
        super().__init__(info, parent)
        self.choose_button = QPushButton(tr("Choose…"), self)
        self.choose_button.setAccessibleName(tr("Choose a picture"))
        self.choose_button.setAutoDefault(False)
        self.choose_button.clicked.connect(self._choose)
        self.picture = QLabel(self)
        self.picture.setWordWrap(True)
        self.picture.hide()
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.removeWidget(self.edit)
        row = QHBoxLayout()
        row.addWidget(self.edit, 1)
        row.addWidget(self.choose_button)
        layout.addLayout(row)
        layout.addWidget(self.picture)
        QWidget.setTabOrder(self.edit, self.choose_button)

    def show_value(self, value: object) -> None:
        """Show the path and, where it is one, the picture."""
        super().show_value(value)
        pixmap = QPixmap(self._shown) if self._shown else QPixmap()
        self.picture.setVisible(bool(self._shown))
        if pixmap.isNull():
            self.picture.setText(tr("There is no picture in this file; reports are made without it."))
        else:
            self.picture.setPixmap(fit_pixmap(pixmap, _LOGO, self.devicePixelRatioF()))

    def _choose(self) -> None:
        folder = str(Path(self._shown).parent) if self._shown else ""
        kinds = tr("Pictures (*.png *.jpg *.jpeg)")
        name, _ = QFileDialog.getOpenFileName(self, tr("Logo for reports"), folder, kinds)
        if name:
            self.edit.setText(name)
            self._finish()


class LinesEditor(SettingEditor):
    """Several short texts, one a line."""

    def __init__(self, info: SettingInfo, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown: tuple[str, ...] = ()
        self.edit = _LinesEdit(self)
        self.edit.setAccessibleName(tr(info.title))
        self.edit.setTabChangesFocus(True)
        self.edit.setFixedHeight(190)
        self._pause = QTimer(self, singleShot=True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._finish)
        self.edit.textChanged.connect(self._pause.start)
        self.edit.left.connect(self._finish)
        _lay_out(self, self.edit)
        self.setFocusProxy(self.edit)

    def show_value(self, value: object) -> None:
        """Show the lines, unless somebody is typing just these."""
        self._shown = tuple(value) if isinstance(value, (tuple, list)) else ()
        if self._read() != self._shown:
            self.edit.setPlainText("\n".join(self._shown))
        self._pause.stop()

    def _read(self) -> tuple[str, ...]:
        lines = (line.strip() for line in self.edit.toPlainText().splitlines())
        return tuple(dict.fromkeys(line for line in lines if line))

    def _finish(self) -> None:
        self._pause.stop()
        lines = self._read()
        if lines != self._shown:
            self._shown = lines
            self.edited.emit(lines)


class MegapixelsEditor(SettingEditor):
    """A number of pixels, in millions."""

    def __init__(self, info: SettingInfo, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown = 0
        self.box = _CalmSpinBox(self)
        self.box.setAccessibleName(tr(info.title))
        self.box.setRange(1, 2000)
        self.box.setSuffix(" " + tr("megapixels"))
        self.box.setKeyboardTracking(False)
        self.box.editingFinished.connect(self._finish)
        self.box.valueChanged.connect(self._finish)
        _lay_out(self, self.box)
        self.setFocusProxy(self.box)

    def show_value(self, value: object) -> None:
        """Show the number; one below a million shows as the least."""
        self._shown = value if isinstance(value, int) else 0
        self.box.blockSignals(True)
        self.box.setValue(round(self._shown / _MEGA))
        self.box.blockSignals(False)

    def _finish(self) -> None:
        pixels = self.box.value() * _MEGA
        if self.box.value() != round(self._shown / _MEGA):
            self._shown = pixels
            self.edited.emit(pixels)


class NumberEditor(SettingEditor):
    """A whole number within limits."""

    def __init__(self, info: SettingInfo, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown = info.least
        self.box = _CalmSpinBox(self)
        self.box.setAccessibleName(tr(info.title))
        self.box.setRange(info.least, info.most)
        if info.unit:
            self.box.setSuffix(" " + tr(info.unit))
        self.box.setKeyboardTracking(False)
        self.box.valueChanged.connect(self._finish)
        _lay_out(self, self.box)
        self.setFocusProxy(self.box)

    def show_value(self, value: object) -> None:
        """Show the number."""
        self._shown = value if isinstance(value, int) else self.box.minimum()
        self.box.blockSignals(True)
        self.box.setValue(self._shown)
        self.box.blockSignals(False)

    def _finish(self) -> None:
        if self.box.value() != self._shown:
            self._shown = self.box.value()
            self.edited.emit(self._shown)


class MinutesEditor(NumberEditor):
    """A number of minutes; 0 is never."""

    def __init__(self, info: SettingInfo, parent: QWidget) -> None:
        super().__init__(info, parent)
        self.box.setRange(0, 480)
        self.box.setSuffix(" " + tr("minutes"))
        self.box.setSpecialValueText(tr("Never"))


class _CalmComboBox(QComboBox):
    """Does not change when somebody only scrolls past it."""

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        event.ignore()


class _CalmSpinBox(QSpinBox):
    """Does not change when somebody only scrolls past it."""

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        event.ignore()


class _LinesEdit(QPlainTextEdit):
    left = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        super().focusOutEvent(event)
        self.left.emit()


def _lay_out(editor: QWidget, control: QWidget) -> None:
    layout = QVBoxLayout(editor)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(SPACING // 2)
    layout.addWidget(control)
    layout.setAlignment(Qt.AlignmentFlag.AlignTop)
