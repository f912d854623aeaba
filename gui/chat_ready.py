"""Buttons with the questions that are asked most, so that nobody has to type with gloves on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QToolButton, QWidget

from gui.chat_words import list_ready_questions
from gui.flow_layout import FlowLayout
from gui.icons import icon
from gui.translated import tr


class ReadyQuestions(QWidget):
    """A row of buttons that becomes several where there is little room."""

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = FlowLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.buttons = tuple(self._make_button(*words) for words in list_ready_questions())
        for button in self.buttons:
            layout.addWidget(button)
        self.menu_button = self._make_menu_button()

    def set_can_ask(self, can_ask: bool, reason: str) -> None:
        """Allow asking, or say why not now."""
        for button in self.buttons:
            button.setEnabled(can_ask)
            button.setToolTip(reason or button.accessibleName())
        self.menu_button.setEnabled(can_ask)

    def set_roomy(self, is_roomy: bool) -> None:
        """Show the buttons, or where there is little room one with a menu, which the pane places."""
        self.setVisible(is_roomy)
        self.menu_button.setVisible(not is_roomy)

    def _make_menu_button(self) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon("comment-question-outline"))
        button.setAccessibleName(tr("Ready-made questions"))
        button.setToolTip(tr("Ready-made questions"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        menu = QMenu(button)
        for _, question in list_ready_questions():
            menu.addAction(question, lambda question=question: self.asked.emit(question))
        button.setMenu(menu)
        button.hide()
        return button

    def _make_button(self, words: str, question: str) -> QPushButton:
        button = QPushButton(words, self)
        button.setProperty("kind", "chip")
        button.setStyleSheet(
            "QPushButton { padding: 3px 9px; min-height: 14px; } QPushButton:focus { padding: 2px 8px; }"
        )
        button.setAccessibleName(question)
        button.setToolTip(question)
        button.setAutoDefault(False)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(lambda: self.asked.emit(question))
        return button
