"""Which program this is, its licence, and everything in it that others made, with their licences in full."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from gui.app_icon import application_icon
from gui.dialogs import BaseDialog
from gui.theme import SPACING, icon, mono_font
from gui.translated import tr
from station.licences import Component, list_components, read_component, read_licence
from station.version import application_version

NAME = "AnomalyGPT Inspector"
OWN_LICENCE = "Apache-2.0"
_SIGN = QSize(72, 72)


class AboutDialog(BaseDialog):
    """Shows version and licences."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, tr("About {name}", name=NAME), (980, 680))
        own = Component(NAME, application_version(), OWN_LICENCE)
        self._components = [own, *list_components()]
        self.body.addLayout(self._make_head())
        self.body.addWidget(self._make_search())
        self.body.addWidget(self._make_lists(), 1)
        self.add_close_button().setFocus()
        self._fill()
        self.search_edit.textChanged.connect(self._narrow)
        self.list.currentRowChanged.connect(self._show)
        self.list.setCurrentRow(0)

    def _make_head(self) -> QHBoxLayout:
        sign = QLabel(self)
        sign.setPixmap(application_icon().pixmap(_SIGN, self.devicePixelRatioF()))
        name = QLabel(NAME, self)
        name.setProperty("role", "title")
        self.version = QLabel(tr("Version {version}", version=application_version()), self)
        self.version.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        text = QLabel(
            tr(
                "Visual inspection from one photo of a good part. The program works without a network and sends "
                "nothing to anybody. It is free software under the Apache licence 2.0; the parts below are others' "
                "work under their own licences."
            ),
            self,
        )
        text.setWordWrap(True)
        text.setProperty("role", "muted")
        words = QVBoxLayout()
        words.setSpacing(SPACING // 2)
        for label in (name, self.version, text):
            words.addWidget(label)
        head = QHBoxLayout()
        head.setSpacing(2 * SPACING)
        head.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        return head

    def _make_search(self) -> QLineEdit:
        self.search_edit = QLineEdit(self)
        self.search_edit.setPlaceholderText(tr("Search the parts and their licences"))
        self.search_edit.setAccessibleName(tr("Search the parts and their licences"))
        self.search_edit.setClearButtonEnabled(True)
        self.search_edit.addAction(icon("magnify", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        return self.search_edit

    def _make_lists(self) -> QSplitter:
        self.list = QListWidget(self)
        self.list.setAccessibleName(tr("Parts of the program"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setFont(mono_font())
        self.text.setAccessibleName(tr("Text of the licence"))
        self.text.setTabChangesFocus(True)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(3)
        splitter.addWidget(self.list)
        splitter.addWidget(self.text)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([240, 700])
        return splitter

    def _fill(self) -> None:
        for component in self._components:
            item = QListWidgetItem(f"{component.name} {component.version}".strip())
            item.setToolTip(component.licence)
            self.list.addItem(item)

    def _narrow(self, text: str) -> None:
        words = text.casefold().split()
        for row, component in enumerate(self._components):
            said = f"{component.name} {component.licence}".casefold()
            self.list.item(row).setHidden(not all(word in said for word in words))

    def _show(self, row: int) -> None:
        if row < 0:
            return
        component = self._components[row]
        text = read_licence(OWN_LICENCE) if row == 0 else read_component(component)
        missing = tr("The text of this licence did not come along with the part.")
        self.text.setPlainText(f"{component.licence}\n\n{text or missing}")
