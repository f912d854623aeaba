"""What can become of a part, as buttons of which one is down: accept, use as is, rework, scrap, return."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QSizePolicy, QWidget

from gui.flow_layout import FlowLayout
from gui.icon_button import make_icon_button
from gui.theme import SPACING
from gui.translated import mark, tr
from storage.records import Decision

_ICONS: dict[Decision, str] = {
    "accept": "check-circle-outline",
    "use-as-is": "hand-okay",
    "rework": "wrench-outline",
    "scrap": "trash-can-outline",
    "return": "truck-delivery-outline",
}
_NAMES: dict[Decision, str] = {
    "accept": mark("Accept"),
    "use-as-is": mark("Use as is"),
    "rework": mark("Rework"),
    "scrap": mark("Scrap"),
    "return": mark("Return to supplier"),
}
_EXPLAINED: dict[Decision, str] = {
    "accept": mark("The part is good."),
    "use-as-is": mark("The part differs, but it may be used as it is."),
    "rework": mark("The part is put right and inspected again."),
    "scrap": mark("The part is thrown away."),
    "return": mark("The part goes back to where it came from."),
}
_PICKED = "QPushButton:checked { font-weight: 600; border-width: 2px; padding: 5px 13px; }"
"""Told by weight and border too, not by colour alone."""


class DecisionChoice(QWidget):
    """Nothing is picked at first, so that nobody records what was only the default."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("What becomes of the part"))
        self._group = QButtonGroup(self)
        layout = FlowLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.buttons = {each: self._make_button(n, each) for n, each in enumerate(get_args(Decision), start=1)}
        for button in self.buttons.values():
            self._group.addButton(button)
            layout.addWidget(button)
        self._group.buttonToggled.connect(lambda _button, is_down: self.changed.emit() if is_down else None)

    @property
    def decision(self) -> Decision | None:
        """What is picked."""
        return next((decision for decision, button in self.buttons.items() if button.isChecked()), None)

    def choose(self, decision: Decision) -> None:
        """Pick one."""
        self.buttons[decision].setChecked(True)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Hand the focus on to what is picked, else to the first."""
        super().focusInEvent(event)
        self.buttons[self.decision or "accept"].setFocus(event.reason())

    def _make_button(self, number: int, decision: Decision) -> QPushButton:
        name = tr(_NAMES[decision])
        button = make_icon_button(_ICONS[decision], tr("{number}  {name}", number=number, name=name), self)
        button.setStyleSheet(_PICKED)
        button.setCheckable(True)
        button.setAutoDefault(False)
        button.setAccessibleName(name)
        button.setToolTip(tr("{explained} Key {number}", explained=tr(_EXPLAINED[decision]), number=number))
        return button
