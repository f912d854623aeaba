"""Chooses a product from a list, by typing part of its name, or asks for a new one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QWidget

from gui.theme import icon
from gui.translated import tr
from storage.records import ProductVersion

_NEW = "\0new"
"""Stands for "New product..." among the names; no product name holds a control character."""
WIDEST_LIST = 560
"""Device-independent pixels."""


class ProductChooser(QComboBox):
    """A list of product names that can be searched by typing any part of one."""

    chosen = Signal(object)
    """Name of the product a person chose."""
    new_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._current: str | None = None
        self._line = QLineEdit(self)
        self.setLineEdit(self._line)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(10)
        self.setMaxVisibleItems(20)
        self.setAccessibleName(tr("Product"))
        self.view().setAccessibleName(tr("Products"))
        self._line.setPlaceholderText(tr("Choose a product"))
        self._line.setAccessibleName(tr("Product"))
        self.setToolTip(tr("Type any part of a product's name"))
        completer = self._completer = QCompleter(self.model(), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCompleter(completer)
        completer.activated[str].connect(self._choose_text)  # type: ignore[index]  # the stubs know no overloads
        self.activated.connect(lambda index: self._choose(self.itemData(index)))
        self._line.returnPressed.connect(lambda: self._choose_text(self._line.text()))
        self._line.installEventFilter(self)

    def show_products(self, versions: Sequence[ProductVersion], current: str | None) -> None:
        """Show these products, retired ones marked, and mark one as chosen without telling anybody."""
        self.blockSignals(True)
        self.clear()
        for version in versions:
            shown = tr("{name} (retired)", name=version.name) if version.retired else version.name
            self.addItem(shown, version.name)
        self.addItem(icon("plus"), tr("New product…"), _NEW)
        self.show_current(current)
        self.blockSignals(False)

    def show_current(self, name: str | None) -> None:
        """Mark a product as chosen without telling anybody."""
        self._current = name
        index = self.findData(name) if name is not None else -1
        self.setCurrentIndex(index)
        if index < 0:
            self._line.clear()
        self._line.setCursorPosition(0)
        # A long name is cut off in a narrow pane; the tool tip has it whole.
        self._line.setToolTip(name or tr("Type any part of a product's name"))

    @property
    def names(self) -> list[str]:
        """Names on show."""
        return [self.itemData(index) for index in range(self.count()) if self.itemData(index) != _NEW]

    def showPopup(self) -> None:  # noqa: N802 - Qt's name
        """Let the list be wider than a narrow pane, so that long names can be told apart."""
        wanted = self.view().sizeHintForColumn(0) + self.view().verticalScrollBar().sizeHint().width() + 12
        self.view().setMinimumWidth(max(self.width(), min(wanted, WIDEST_LIST)))
        super().showPopup()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Put the chosen name back when what was typed came to nothing."""
        if event.type() == QEvent.Type.FocusOut and not self._is_completing():
            self.show_current(self._current)
        return super().eventFilter(watched, event)

    def _is_completing(self) -> bool:
        popup = self._completer.popup()
        return popup is not None and popup.isVisible()

    def _choose_text(self, text: str) -> None:
        """Take what was typed: a name, whatever its case, or the only one that has it in it."""
        typed = text.strip().casefold()
        shown = {self.itemText(index).casefold(): self.itemData(index) for index in range(self.count())}
        found = [data for name, data in shown.items() if typed and typed in name and data != _NEW]
        if typed in shown:
            self._choose(shown[typed])
        elif len(found) == 1:
            self._choose(found[0])
        elif self._completer.popup() is None or not self._is_completing():
            self._completer.complete()

    def _choose(self, name: str) -> None:
        if name == _NEW:
            self.show_current(self._current)
            self.new_wanted.emit()
        elif name != self._current:
            self.show_current(name)
            self.chosen.emit(name)
