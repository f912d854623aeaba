"""The page where parts are judged: banner, viewer, what lies around it in docks, and the strip of recent inspections.

Places its parts and lets those that show the same regions select each other. What happens when is the main window's
affair; how docks lie is `docks`'.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gui.chat_panel import ChatPanel
from gui.docks import DockArea
from gui.icon_button import make_icon_button
from gui.image_view import ImageView
from gui.operations import Operations
from gui.recent_strip import RecentStrip
from gui.reference_panel import ReferencePanel
from gui.region_list import RegionList
from gui.serial_field import SerialField
from gui.theme import SPACING
from gui.translated import tr
from gui.verdict_panel import VerdictPanel
from station.opening import OpenedInspection
from station.product_settings import read_product_settings


class InspectPage(QWidget):
    """The parts by name: `banner`, `viewer`, `references`, `regions`, `chat`, `recent`, `serial`."""

    open_requested = Signal()

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._opened: OpenedInspection | None = None
        self.banner = VerdictPanel(self)
        self.viewer = ImageView(self)
        self.references = ReferencePanel(operations, self)
        self.regions = RegionList(self)
        self.chat = ChatPanel(operations, self)
        self.recent = RecentStrip(operations, self)
        self.serial = SerialField(self)
        self.open_button = make_icon_button("image-plus-outline", tr("Open photos…"), self)
        self.open_button.clicked.connect(self.open_requested)
        self.docks = DockArea(self.viewer, self)
        self.docks.add_left("references", tr("Product and references"), self.references)
        self.docks.add_left("regions", tr("Regions"), self.regions)
        self.docks.add_right("chat", tr("Conversation"), self.chat)
        self.docks.finish()
        self._bar = self._make_bar()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self.banner, self._bar):
            layout.addWidget(widget)
        layout.addWidget(self.docks, 1)
        layout.addWidget(self.recent)
        self._connect()

    @property
    def opened(self) -> OpenedInspection | None:
        """The recorded inspection on show."""
        return self._opened

    def show_inspection(self, opened: OpenedInspection) -> None:
        """Show a recorded inspection in every part."""
        self._opened = opened
        self.banner.show_inspection(opened)
        self.viewer.show_inspection(opened)
        version = opened.version
        self.viewer.set_mm_per_px(read_product_settings(version).mm_per_px if version is not None else None)
        self.regions.show_inspection(opened)
        self.chat.show_inspection(opened)
        self.recent.mark(opened.record.id)

    def select_region(self, index: int | None) -> None:
        """Mark a region in the viewer and in the list."""
        self.viewer.select_region(index)
        self.regions.select_region(index)

    def set_operator_mode(self, is_on: bool) -> None:
        """Show banner, viewer and serial field only, large; or everything."""
        self.banner.set_large(is_on)
        self.serial.set_large(is_on)
        self.docks.set_bare(is_on)
        self.recent.setVisible(not is_on)
        self.open_button.setVisible(not is_on)

    def _connect(self) -> None:
        self.viewer.region_selected.connect(self.regions.select_region)
        self.regions.region_selected.connect(self.viewer.select_region)
        self.chat.region_selected.connect(self.select_region)
        self.viewer.open_requested.connect(self.open_requested)

    def _make_bar(self) -> QFrame:
        bar = QFrame(self)
        bar.setProperty("role", "tool-row")
        layout = QHBoxLayout(bar)
        layout.setContentsMargins(SPACING, SPACING - 2, SPACING, SPACING - 2)
        layout.setSpacing(SPACING)
        layout.addWidget(self.open_button)
        layout.addWidget(self.serial, 2)
        layout.addStretch(1)
        layout.addWidget(self.banner.buttons)
        return bar
