"""The audit database in one place: is it whole, is it backed up, how long is it kept, what may go, what room it takes.

It joins pages; each reads and does its own part in the background.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QTabWidget, QWidget

from gui.backups_page import BackupsPage
from gui.checks_page import ChecksPage
from gui.database_page import DatabasePage
from gui.dialogs import BaseDialog
from gui.forecast_page import ForecastPage
from gui.operations import Operations
from gui.purges_page import PurgesPage
from gui.restore_dialog import RestoreDialog
from gui.retention_page import RetentionPage
from gui.translated import tr


class DatabaseDialog(BaseDialog):
    """Pages are read when they are first shown."""

    changed = Signal()
    """Something was recorded."""

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent, tr("Database"), (860, 640))
        self._operations = operations
        self.checks = ChecksPage(operations, self)
        self.backups = BackupsPage(operations, self)
        self.retention = RetentionPage(operations, self)
        self.purges = PurgesPage(operations, self)
        self.forecast = ForecastPage(operations, self)
        self.tabs = QTabWidget(self)
        self.tabs.setAccessibleName(tr("Database"))
        titles = (tr("Checks"), tr("Backups"), tr("How long"), tr("Purges"), tr("Room"))
        for page, title in zip(self.pages, titles, strict=True):
            self.tabs.addTab(page, title)
            page.changed.connect(self.changed)
        self.body.addWidget(self.tabs, 1)
        self.add_close_button()
        self.tabs.currentChanged.connect(lambda _: self._read_page())
        self.backups.restore_wanted.connect(self.open_restore)
        self._read_page()

    @property
    def pages(self) -> tuple[DatabasePage, ...]:
        """All pages, in the order of their tabs."""
        return (self.checks, self.backups, self.retention, self.purges, self.forecast)

    def open_restore(self) -> RestoreDialog:
        """Lead through restoring a backup."""
        dialog = RestoreDialog(self._operations, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def done(self, result: int) -> None:
        """Stop what is under way for this dialog alone."""
        for page in self.pages:
            page.stop()
        super().done(result)

    def _read_page(self) -> None:
        page = self.tabs.currentWidget()
        if isinstance(page, DatabasePage) and not page.is_busy:
            page.refresh()
