"""Commands as data: id, title, shortcut, icon, what to do, and when it can be done.

Menus, buttons, the page of shortcuts and tests all read the same list. Which commands there are is `commands`' affair,
where they stand is `menus`'.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from gui.icons import icon


@dataclass(frozen=True)
class Command:
    """One thing a person can ask for."""

    id: str
    title: str
    """Already translated; "&" marks its letter in a menu."""
    run: Callable[[], object]
    shortcut: str = ""
    """In Qt's portable notation, such as "Ctrl+O"; several are parted by "; "."""
    icon: str = ""
    enabled_when: Callable[[], bool] | None = None
    checked_when: Callable[[], bool] | None = None
    """Makes it a switch."""
    is_for_operators: bool = False
    """Whether it can be done in operator mode, which has no menus but keeps these shortcuts."""


class Actions(QObject):
    """The actions made of commands; they work from anywhere in the window."""

    def __init__(self, commands: Iterable[Command], window: QWidget) -> None:
        super().__init__(window)
        self._commands = {command.id: command for command in commands}
        self._is_locked = False
        self._actions = {command.id: _make_action(command, window) for command in self._commands.values()}
        window.addActions(list(self._actions.values()))
        self.refresh()

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    @property
    def names(self) -> tuple[str, ...]:
        """The ids of all of them."""
        return tuple(self._actions)

    @property
    def commands(self) -> tuple[Command, ...]:
        """All of them, as they were given."""
        return tuple(self._commands.values())

    def refresh(self) -> None:
        """Ask every command anew whether it can be done and is switched on."""
        for name, command in self._commands.items():
            action = self._actions[name]
            is_possible = command.enabled_when is None or command.enabled_when()
            action.setEnabled(is_possible and (command.is_for_operators or not self._is_locked))
            if command.checked_when is not None:
                action.setChecked(command.checked_when())

    def set_locked(self, is_locked: bool) -> None:
        """Leave only what operators may do, or allow everything."""
        self._is_locked = is_locked
        self.refresh()

    def list_shortcuts(self) -> list[tuple[str, str]]:
        """Return title and shortcut, as this computer writes it, of every command that has one."""
        native = QKeySequence.SequenceFormat.NativeText
        return [
            (strip_mark(command.title), QKeySequence.listToString(self._actions[name].shortcuts(), native))
            for name, command in self._commands.items()
            if command.shortcut
        ]


def strip_mark(title: str) -> str:
    """Return a title without the marks and dots that only a menu needs."""
    return re.sub(r"\(&\w\)|&", "", title).rstrip("…")


def _make_action(command: Command, window: QWidget) -> QAction:
    action = QAction(command.title, window)
    action.setObjectName(command.id)
    if command.icon:
        action.setIcon(icon(command.icon))
    if command.shortcut:
        action.setShortcuts([QKeySequence(part) for part in command.shortcut.split("; ")])
    if command.checked_when is not None:
        action.setCheckable(True)
    action.triggered.connect(lambda _: command.run())
    return action
