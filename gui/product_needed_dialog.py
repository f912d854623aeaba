"""Asked when photos were dropped and no product is chosen: pick one, or make a new one from the photo."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QWidget

from gui.dialogs import BaseDialog
from gui.theme import icon
from gui.translated import tr


class ProductNeededDialog(BaseDialog):
    """A list of products and two buttons; two clicks from the photo to its verdict."""

    product_picked = Signal(str)
    new_wanted = Signal()

    def __init__(self, file_name: str, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent, tr("Which product is this?"), (460, 420))
        text = QLabel(tr("{name} is compared with the good parts of a product.", name=file_name), self)
        text.setWordWrap(True)
        text.setTextFormat(Qt.TextFormat.PlainText)
        self.body.addWidget(text)
        self.names = QListWidget(self)
        self.names.setAccessibleName(tr("Products"))
        self.names.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for name in names:
            item = QListWidgetItem(icon("cube-outline"), name)
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setToolTip(name)
            self.names.addItem(item)
        self.names.setCurrentRow(0)
        self.names.itemActivated.connect(self._pick)
        self.body.addWidget(self.names, 1)
        self.new_button = self.add_button(tr("New product from this photo…"), is_left=True)
        self.new_button.clicked.connect(self._make_new)
        self.add_button(tr("Cancel")).clicked.connect(self.reject)
        self.inspect_button = self.add_button(tr("Inspect"), "primary", is_default=True)
        self.inspect_button.clicked.connect(self._pick)
        self.names.setFocus()

    def _pick(self) -> None:
        item = self.names.currentItem()
        if item is not None:
            self.accept()
            self.product_picked.emit(item.data(Qt.ItemDataRole.UserRole))

    def _make_new(self) -> None:
        self.reject()
        self.new_wanted.emit()
