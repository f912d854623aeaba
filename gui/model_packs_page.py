"""The model packs: a list, what is known of the one chosen, and buttons to install, import and verify.

It shows what it is given and says what a person wants; the dialog does it.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.tables import prepare_rows
from gui.theme import SPACING, icon, mono_font
from gui.translated import format_number, mark, tr
from gui.work_progress import WorkProgress
from station.models import PackInfo, PackState

_STATES: dict[PackState, tuple[str, str, str]] = {
    "verified": (mark("Verified"), "check-decagram-outline", "success"),
    "installed": (mark("Installed"), "package-variant-closed", "muted"),
    "damaged": (mark("Damaged"), "alert-octagon-outline", "danger"),
    "missing": (mark("Not installed"), "download-outline", "muted"),
}


class ModelPacksPage(QWidget):
    """Lists packs and offers what can be done with them."""

    install_wanted = Signal(object)
    """A `PackInfo`."""
    licence_wanted = Signal(object)
    import_wanted = Signal()
    verify_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._packs: tuple[PackInfo, ...] = ()
        self.table = self._make_table()
        self.progress = WorkProgress(self)
        self.outcome = QLabel(self)
        self.outcome.setWordWrap(True)
        self.outcome.setTextFormat(Qt.TextFormat.PlainText)
        self.outcome.hide()
        self._build()
        self.table.currentCellChanged.connect(lambda *_: self._show_details())
        self.show_packs(())

    @property
    def chosen(self) -> PackInfo | None:
        """The pack whose details are shown."""
        row = self.table.currentRow()
        return self._packs[row] if 0 <= row < len(self._packs) else None

    def show_packs(self, packs: Sequence[PackInfo]) -> None:
        """List packs; the one that was chosen stays so."""
        before = self.chosen
        self._packs = tuple(packs)
        self.table.setRowCount(len(packs))
        for row, pack in enumerate(packs):
            self._fill_row(row, pack)
        names = [pack.name for pack in packs]
        self.table.setCurrentCell(names.index(before.name) if before and before.name in names else 0, 0)
        self._show_details()

    def set_busy(self, is_busy: bool) -> None:
        """Offer nothing while something is under way."""
        for button in (self.import_button, self.verify_button):
            button.setEnabled(not is_busy)
        pack = self.chosen
        self.install_button.setEnabled(not is_busy and pack is not None)

    def say(self, text: str, role: str = "muted") -> None:
        """Show a sentence below the list."""
        self.outcome.setText(text)
        self.outcome.setProperty("role", role)
        self.outcome.style().polish(self.outcome)
        self.outcome.setVisible(bool(text))

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 4, self)
        table.setHorizontalHeaderLabels([tr("Model pack"), tr("Version"), tr("Size"), tr("State")])
        prepare_rows(table, tr("Model packs"))
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setIconSize(QSize(18, 18))
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        return table

    def _fill_row(self, row: int, pack: PackInfo) -> None:
        state, sign, role = _STATES[pack.state]
        cells = (pack.title, pack.version, format_size(pack.size), tr(state))
        for column, text in enumerate(cells):
            self.table.setItem(row, column, QTableWidgetItem(text))
        last = self.table.item(row, 3)
        if last is not None:
            last.setIcon(icon(sign, role))

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING + 2)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._make_details())
        layout.addWidget(self.progress)
        layout.addWidget(self.outcome)
        self.import_button = QPushButton(tr("Import from a folder…"), self)
        self.import_button.setToolTip(tr("For stations without a network: packs, or the files they are made of."))
        self.verify_button = QPushButton(tr("Verify all"), self)
        self.verify_button.setToolTip(tr("Reads every file of the installed packs and compares its SHA-256."))
        self.import_button.clicked.connect(self.import_wanted.emit)
        self.verify_button.clicked.connect(self.verify_wanted.emit)
        row = QHBoxLayout()
        row.addWidget(self.import_button)
        row.addWidget(self.verify_button)
        row.addStretch(1)
        layout.addLayout(row)

    def _make_details(self) -> QFrame:
        card = QFrame(self)
        card.setProperty("role", "card")
        self._labels = {name: self._make_value(card) for name in ("name", "use", "licence", "origin", "sha256")}
        self._labels["sha256"].setFont(mono_font())
        self._problem = self._make_value(card)
        self._problem.setProperty("role", "error")
        self.install_button = QPushButton(card)
        self.licence_button = QPushButton(tr("Read the licence…"), card)
        for button in (self.install_button, self.licence_button):
            button.setAutoDefault(False)
        self.install_button.clicked.connect(lambda: self.install_wanted.emit(self.chosen))
        self.licence_button.clicked.connect(lambda: self.licence_wanted.emit(self.chosen))
        form = QFormLayout()
        form.setHorizontalSpacing(2 * SPACING)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        titles = (tr("Pack"), tr("Use"), tr("Licence"), tr("Source"), "SHA-256")
        for title, value in zip(titles, self._labels.values(), strict=True):
            label = QLabel(title, card)
            label.setProperty("role", "muted")
            form.addRow(label, value)
        buttons = QHBoxLayout()
        buttons.addWidget(self.install_button)
        buttons.addWidget(self.licence_button)
        buttons.addStretch(1)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(2 * SPACING, SPACING + 4, 2 * SPACING, SPACING + 4)
        inner.setSpacing(SPACING)
        inner.addLayout(form)
        inner.addWidget(self._problem)
        inner.addLayout(buttons)
        return card

    def _make_value(self, card: QFrame) -> QLabel:
        label = QLabel(card)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _show_details(self) -> None:
        pack = self.chosen
        for button in (self.install_button, self.licence_button):
            button.setEnabled(pack is not None)
        if pack is None:
            return
        needed = tr("Needed for inspecting") if pack.is_needed else tr("Optional")
        values = (pack.name, needed, pack.licence, pack.origin, pack.sha256)
        for label, text in zip(self._labels.values(), values, strict=True):
            label.setText(text)
        self._problem.setText(pack.problem)
        self._problem.setVisible(bool(pack.problem))
        self.install_button.setText(_name_installing(pack))
        self.install_button.setVisible(pack.state in ("missing", "damaged"))


def format_size(size: int) -> str:
    """Return a number of bytes as people read it."""
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if size >= unit:
            return f"{format_number(size / unit, 1 if size < 10 * unit else 0)} {name}"
    return f"{format_number(size)} B"


def _name_installing(pack: PackInfo) -> str:
    if pack.state == "damaged":
        return tr("Replace ({size})…", size=format_size(pack.download))
    return tr("Install ({size})…", size=format_size(pack.download))
