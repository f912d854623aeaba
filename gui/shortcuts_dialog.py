"""The page of shortcuts: what every key does, read from the commands themselves."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from gui.dialogs import BaseDialog
from gui.tables import prepare_rows
from gui.translated import tr


class ShortcutsDialog(BaseDialog):
    """A table of two columns."""

    def __init__(self, shortcuts: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent, tr("Keyboard shortcuts"), (520, 600))
        self.table = QTableWidget(len(shortcuts), 2, self)
        prepare_rows(self.table, tr("Keyboard shortcuts"))
        self.table.setHorizontalHeaderLabels([tr("Command"), tr("Keys")])
        self.table.setAlternatingRowColors(True)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        for row, (title, keys) in enumerate(shortcuts):
            self.table.setItem(row, 0, QTableWidgetItem(title))
            self.table.setItem(row, 1, QTableWidgetItem(keys))
        self.body.addWidget(self.table, 1)
        self.add_close_button()
