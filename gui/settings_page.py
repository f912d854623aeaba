"""The list of settings with their explanations, grouped, and narrowed by what is searched for."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget

from gui.empty_state import EmptyState
from gui.settings_catalogue import GROUPS, SETTINGS, Group, SettingInfo
from gui.settings_editors import make_editor
from gui.theme import SPACING, icon
from gui.translated import tr
from station.changing_settings import SettingsState
from station.settings import Settings

_CONTROL_WIDTH = 300


class SettingRow(QWidget):
    """One setting: name, explanation, control, and a button that brings the default back."""

    change_wanted = Signal(str, object)
    """Name of the setting and its new value."""

    def __init__(self, info: SettingInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.info = info
        self.editor = make_editor(info, self)
        self.editor.setFixedWidth(_CONTROL_WIDTH)
        self.reset_button = self._make_reset()
        self.fixed_label = self._make_note("warning")
        self.fault_label = self._make_note("")
        self.fault_label.setProperty("role", "error")
        self._build()
        self.editor.edited.connect(lambda value: self.change_wanted.emit(self.info.name, value))

    def show_state(self, state: SettingsState) -> None:
        """Show the value in force, and who fixed it where somebody did."""
        name = self.info.name
        value = getattr(state.settings, name)
        variable = state.fixed.get(name)
        self.editor.show_value(value)
        self.editor.setEnabled(variable is None)
        self.reset_button.setVisible(variable is None and value != get_default(name))
        self.fixed_label.setText(tr("Fixed by the variable {name} of this computer", name=variable))
        self.fixed_label.setVisible(variable is not None)
        self.fault_label.hide()

    def say_fault(self, sentence: str) -> None:
        """Say why a change was refused."""
        self.fault_label.setText(sentence)
        self.fault_label.show()

    def matches(self, words: Iterable[str]) -> bool:
        """Tell whether all words are in what is said about this setting."""
        choices = " ".join(tr(text) for _, text in self.info.choices)
        group = tr(GROUPS[self.info.group][0])
        said = " ".join((tr(self.info.title), tr(self.info.explanation), choices, group, self.info.name)).casefold()
        return all(word.casefold() in said for word in words)

    def _build(self) -> None:
        title = QLabel(tr(self.info.title), self)
        title.setBuddy(self.editor)
        font = title.font()
        font.setWeight(QFont.Weight.DemiBold)
        title.setFont(font)
        explanation = QLabel(tr(self.info.explanation), self)
        explanation.setProperty("role", "muted")
        explanation.setWordWrap(True)
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (title, explanation, self.fixed_label, self.fault_label):
            words.addWidget(label)
        words.addStretch(1)
        grid = QGridLayout(self)
        grid.setContentsMargins(2 * SPACING, SPACING + 2, SPACING, SPACING + 2)
        grid.setHorizontalSpacing(2 * SPACING)
        grid.addLayout(words, 0, 0)
        grid.addWidget(self.editor, 0, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.reset_button, 0, 2, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(0, 1)

    def _make_reset(self) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon("restore"))
        policy = button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        button.setSizePolicy(policy)
        text = tr("Back to the default of {setting}", setting=tr(self.info.title))
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.clicked.connect(lambda: self.change_wanted.emit(self.info.name, get_default(self.info.name)))
        return button

    def _make_note(self, chip: str) -> QLabel:
        label = QLabel(self)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        if chip:
            label.setProperty("chip", chip)
        label.hide()
        return label


class SettingsPage(QScrollArea):
    """All settings below one another, each group under its heading."""

    change_wanted = Signal(str, object)
    group_shown = Signal(object)
    """The `Group` at the top of the view changed."""
    groups_found = Signal(object)
    """The set of every `Group` in which something was found."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = {info.name: SettingRow(info) for info in SETTINGS}
        self.cards: dict[Group, QWidget] = {}
        self._chosen: Group | None = None
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.nothing = EmptyState("magnify", tr("No setting is called so"), tr("Try another word, such as “logo”."))
        self._build()
        for row in self.rows.values():
            row.change_wanted.connect(self.change_wanted)
        self.verticalScrollBar().valueChanged.connect(self._tell_group)

    def show_state(self, state: SettingsState) -> None:
        """Show the settings in force."""
        for row in self.rows.values():
            row.show_state(state)

    def search(self, text: str) -> None:
        """Show only the settings that all words are found in; nothing searched for shows all."""
        words = text.split()
        found = {name for name, row in self.rows.items() if row.matches(words)}
        for name, row in self.rows.items():
            row.setVisible(name in found)
        groups = {info.group for info in SETTINGS if info.name in found}
        for group, card in self.cards.items():
            card.setVisible(group in groups)
        self.groups_found.emit(groups)
        self.nothing.setVisible(not found)

    def go_to(self, group: Group) -> None:
        """Bring a group to the top, or as near as it comes."""
        QTimer.singleShot(0, self, lambda: self._scroll_to(group))

    def say_fault(self, name: str, sentence: str) -> None:
        """Say at a setting why its change was refused, and bring it into view."""
        row = self.rows[name]
        row.say_fault(sentence)
        QTimer.singleShot(0, self, lambda: self.ensureWidgetVisible(row))

    def _build(self) -> None:
        page = QWidget()
        page.setProperty("role", "page")
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, SPACING, 0)
        layout.setSpacing(2 * SPACING)
        for group in GROUPS:
            self.cards[group] = self._make_card(group, page)
            layout.addWidget(self.cards[group])
        layout.addWidget(self.nothing, 1)
        layout.addStretch(1)
        self.nothing.hide()
        self.setWidget(page)

    def _make_card(self, group: Group, page: QWidget) -> QWidget:
        block = QWidget(page)
        outer = QVBoxLayout(block)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(SPACING)
        heading = QLabel(tr(GROUPS[group][0]), block)
        heading.setProperty("role", "heading")
        card = QFrame(block)
        card.setProperty("role", "card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(0, SPACING // 2, 0, SPACING // 2)
        inner.setSpacing(0)
        for info in SETTINGS:
            if info.group == group:
                inner.addWidget(self.rows[info.name])
        outer.addWidget(heading)
        outer.addWidget(card)
        return block

    def _scroll_to(self, group: Group) -> None:
        self._chosen = group
        self.verticalScrollBar().setValue(self.cards[group].y())
        self._chosen = None

    def _tell_group(self, place: int) -> None:
        """The last groups never reach the top; at the end of the list the last one is meant unless one was chosen."""
        visible = [group for group, card in self.cards.items() if card.isVisible()]
        above = [group for group in visible if self.cards[group].y() <= place + SPACING]
        if visible and place == self.verticalScrollBar().maximum():
            above = visible
        if self._chosen is not None or above:
            self.group_shown.emit(self._chosen or above[-1])


def get_default(name: str) -> object:
    """Return what a setting is where nobody changed it."""
    return Settings.model_fields[name].default
