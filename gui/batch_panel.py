"""The page for many photos: a folder inspected from end to end, or a folder that is watched for new photos.

Only places the two; a folder is `batch_page`'s affair, a watch `watch_page`'s.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from gui.batch_page import BatchPage
from gui.operations import Operations
from gui.theme import SPACING
from gui.translated import tr
from gui.watch_page import WatchPage


class BatchPanel(QWidget):
    """Both ways of inspecting many photos, each judged by the product in use when it began."""

    inspection_recorded = Signal(int)
    open_requested = Signal(int)
    report_requested = Signal(list)
    message = Signal(object)
    settled = Signal(object)
    """A `Message` that is not true any more."""

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.batch = BatchPage(operations, self)
        self.watch = WatchPage(operations, self)
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName(tr("Ways to inspect many photos"))
        self.tabs.addTab(self.batch, tr("Folder or photos"))
        self.tabs.addTab(self.watch, tr("Watched folder"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING, SPACING, SPACING, SPACING)
        layout.addWidget(self.tabs)
        for page in (self.batch, self.watch):
            page.inspection_recorded.connect(self.inspection_recorded)
            page.open_requested.connect(self.open_requested)
            page.report_requested.connect(self.report_requested)
            page.message.connect(self.message)
            page.settled.connect(self.settled)

    @property
    def is_running(self) -> bool:
        """Whether a batch is under way or stands still."""
        return self.batch.is_open

    def choose_product(self, name: str | None) -> None:
        """Judge what begins from now on by this product."""
        self.batch.choose_product(name)
        self.watch.choose_product(name)

    def take_folder(self, path: Path) -> None:
        """Begin a batch of a folder's photos."""
        self.tabs.setCurrentWidget(self.batch)
        self.batch.take([path])
