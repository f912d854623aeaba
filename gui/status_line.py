"""The line at the foot of the window: what the engine does, device of the last result, audit state, who acts."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStatusBar, QToolButton, QWidget

from gui.elided_label import ElidedLabel
from gui.icon_button import BESIDE_WORDS
from gui.icons import icon
from gui.theme import SPACING
from gui.translated import format_moment, tr
from station.audit_state import AuditState
from station.opening import OpenedInspection


class StatusLine(QStatusBar):
    """Says it in words; what has a page of its own is a button to it."""

    models_wanted = Signal()
    audit_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setAccessibleName(tr("Status"))
        self._engine = _make_button("chip", tr("Model packs"), self.models_wanted.emit)
        self._device = ElidedLabel("", self)
        self._audit = _make_button("shield-check-outline", tr("Audit database"), self.audit_wanted.emit)
        self._user = QLabel(self)
        self._user.setContentsMargins(SPACING, 0, SPACING, 0)
        row = QWidget(self)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(SPACING, 0, SPACING, 0)
        layout.setSpacing(2 * SPACING)
        layout.addWidget(self._engine)
        layout.addWidget(self._device, 1)
        layout.addWidget(self._audit)
        layout.addWidget(self._user)
        self.addWidget(row, 1)
        self.say_engine(tr("Models are not loaded yet"))
        self.show_audit(None)

    @property
    def engine_text(self) -> str:
        """What is said of the engine."""
        return self._engine.text()

    @property
    def audit_text(self) -> str:
        """What is said of the audit database."""
        return self._audit.text()

    def say_engine(self, text: str) -> None:
        """Say what the engine does, or what it has loaded."""
        self._engine.setText(text)
        self._engine.setToolTip(tr("{state}. Opens the model packs.", state=text))

    def show_inspection(self, opened: OpenedInspection) -> None:
        """Say what the inspection on show was made with."""
        record = opened.record
        packs = ", ".join(str(pack.get("name", "")) for pack in record.model_packs)
        self._device.setText(tr("Last result: {device}, {packs}", device=record.device, packs=packs))

    def show_audit(self, state: AuditState | None) -> None:
        """Say when something was last recorded, and whether the chain holds."""
        name = "shield-check-outline"
        if state is None:
            text, role = tr("Audit database not read yet"), "muted"
        elif not state.is_intact:
            name, role, text = "shield-alert-outline", "danger", tr("Audit chain is broken")
        elif state.has_damage:
            name, role, text = "shield-alert-outline", "danger", tr("Audit database is damaged")
        elif not state.recorded_at:
            text, role = tr("Nothing recorded yet"), "muted"
        else:
            text, role = _describe_recorded(state), "success"
        self._audit.setIcon(icon(name, role))
        self._audit.setText(text)
        self._audit.setToolTip(tr("{state}. Opens the database, where everything can be checked.", state=text))

    def show_user(self, name: str) -> None:
        """Say who acts."""
        self._user.setText(tr("User: {name}", name=name))

    def show_nobody(self) -> None:
        """Say that somebody must log on first."""
        self._user.setText(tr("Nobody logged on"))

    @property
    def user_text(self) -> str:
        """What is said of who acts."""
        return self._user.text()


def _describe_recorded(state: AuditState) -> str:
    return tr("Recorded {moment}, chain ok", moment=format_moment(state.recorded_at, "medium"))


def _make_button(icon_name: str, name: str, run: Callable[[], object]) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(icon_name, "muted"))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setIconSize(BESIDE_WORDS)
    button.setAccessibleName(name)
    button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
    button.clicked.connect(run)
    return button
