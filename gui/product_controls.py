"""The two rows of controls of the reference pane: which product, and what to do with its references."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from gui.icon_button import BESIDE_WORDS, make_icon_button
from gui.product_chooser import ProductChooser
from gui.theme import SPACING, icon
from gui.translated import tr, trn
from storage.records import ProductVersion, ReferenceRow

PROVISIONAL_BELOW = 8
"""Good parts under which verdicts are called provisional, as calibration does."""


class ProductHead(QWidget):
    """Chooser, buttons for new and settings, menu, and a line on the product in use."""

    new_wanted = Signal()
    settings_wanted = Signal()
    standing_wanted = Signal(bool)
    """True to retire the product in use, False to take it back into use."""
    list_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chooser = ProductChooser(self)
        self.chooser.new_wanted.connect(self.new_wanted)
        self.new_button = self._make_tool("plus", tr("New…"), tr("New product…"))
        self.new_button.clicked.connect(self.new_wanted)
        self.settings_button = self._make_tool("tune-variant", tr("Settings…"), tr("Settings of the product…"))
        self.settings_button.clicked.connect(self.settings_wanted)
        self.more_button = self._make_tool("dots-vertical", "", tr("More for products"))
        self.more_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more_button.setMenu(self._build_menu())
        self.facts = QLabel(self)
        self.facts.setProperty("role", "muted")
        self.facts.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(SPACING // 2)
        row.addWidget(self.new_button)
        row.addWidget(self.settings_button)
        row.addStretch(1)
        row.addWidget(self.more_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING // 2)
        layout.addWidget(self.chooser)
        layout.addLayout(row)
        layout.addWidget(self.facts)

    @property
    def shows_retired(self) -> bool:
        """Whether retired products are to be listed too."""
        return self._show_retired.isChecked()

    def show_products(self, versions: Sequence[ProductVersion], current: ProductVersion | None) -> None:
        """Show the products and the facts of the one in use."""
        self.chooser.show_products(versions, current.name if current else None)
        self.settings_button.setEnabled(current is not None)
        self.retire_action.setEnabled(current is not None and not current.retired)
        self.reinstate_action.setEnabled(current is not None and current.retired)
        self.facts.setText(describe_product(current) if current else "")
        self.facts.setVisible(current is not None)

    def _build_menu(self) -> QMenu:
        menu = QMenu(self)
        self.retire_action = menu.addAction(icon("archive-outline"), tr("Retire this product…"))
        self.retire_action.triggered.connect(lambda: self.standing_wanted.emit(True))
        text = tr("Take this product back into use…")
        self.reinstate_action = menu.addAction(icon("archive-arrow-up-outline"), text)
        self.reinstate_action.triggered.connect(lambda: self.standing_wanted.emit(False))
        menu.addSeparator()
        self._show_retired = QAction(tr("Show retired products"), self, checkable=True)
        self._show_retired.triggered.connect(self.list_wanted)
        menu.addAction(self._show_retired)
        return menu

    def _make_tool(self, sign: str, text: str, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(sign))
        button.setText(text)
        if text:
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setIconSize(BESIDE_WORDS)
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button


class ReferenceButtons(QWidget):
    """What can be done with the references on show."""

    add_wanted = Signal()
    approve_wanted = Signal()
    retire_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.add_button = self._make("image-plus-outline", tr("Add photos…"), self.add_wanted.emit)
        self.approve_button = self._make("check-decagram-outline", tr("Approve"), self.approve_wanted.emit)
        self.retire_button = self._make("archive-outline", tr("Retire…"), self.retire_wanted.emit)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(SPACING)
        grid.addWidget(self.add_button, 0, 0, 1, 2)
        grid.addWidget(self.approve_button, 1, 0)
        grid.addWidget(self.retire_button, 1, 1)

    def show_choice(self, version: ProductVersion | None, selected: Sequence[ReferenceRow]) -> None:
        """Enable what makes sense for the references selected."""
        in_use = version is not None and not version.retired
        self.setVisible(version is not None and bool(version.references))
        self.add_button.setEnabled(in_use)
        self.approve_button.setEnabled(in_use and any(row.state == "proposed" for row in selected))
        self.retire_button.setEnabled(in_use and bool(selected))
        hint = "" if selected or not in_use else tr("Select references first; with Ctrl or Shift several.")
        for button in (self.approve_button, self.retire_button):
            button.setToolTip(hint)

    def _make(self, sign: str, text: str, do: Callable[[], object]) -> QPushButton:
        button = make_icon_button(sign, text, self)
        button.clicked.connect(lambda _checked: do())
        return button


def describe_product(version: ProductVersion) -> str:
    """Return version, number of good parts behind the verdicts, and whether these are provisional."""
    parts = len(version.approved)
    proposed = sum(row.state == "proposed" for row in version.references)
    said = [tr("Version {number}", number=version.version), trn("{count} good part", "{count} good parts", parts)]
    if proposed:
        said.append(trn("{count} proposed", "{count} proposed", proposed))
    if version.retired:
        said.append(tr("retired"))
    elif 0 < parts < PROVISIONAL_BELOW:
        said.append(tr("provisional until there are {count}", count=PROVISIONAL_BELOW))
    return " · ".join(said)
