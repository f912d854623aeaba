"""Panes around the viewer that can be moved, floated, closed and laid as they were at first.

A pane in operator mode is hidden without losing its place.
"""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QMainWindow, QScrollArea, QToolButton, QWidget

from gui.icons import icon
from gui.theme import SPACING
from gui.translated import tr

_LEFT, _RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
SIDE_WIDTH = 300
CHAT_WIDTH = 340


class DockArea(QMainWindow):
    """A main window without frame and menus, around one widget in its middle."""

    def __init__(self, centre: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        # A main window would otherwise be a window of its own.
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setDockNestingEnabled(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setCentralWidget(centre)
        self.panes: dict[str, QDockWidget] = {}
        self._first_layout = QByteArray()
        self._kept_layout: QByteArray | None = None

    def add_left(self, name: str, title: str, widget: QWidget) -> None:
        """Put a pane at the left, below those that are there."""
        self._add(name, title, widget, _LEFT)

    def add_right(self, name: str, title: str, widget: QWidget) -> None:
        """Put a pane at the right."""
        self._add(name, title, widget, _RIGHT)

    def finish(self) -> None:
        """Take how the panes lie now for the first layout."""
        left = [pane for pane in self.panes.values() if self.dockWidgetArea(pane) == _LEFT]
        right = [pane for pane in self.panes.values() if self.dockWidgetArea(pane) == _RIGHT]
        self.resizeDocks(left, [SIDE_WIDTH] * len(left), Qt.Orientation.Horizontal)
        self.resizeDocks(right, [CHAT_WIDTH] * len(right), Qt.Orientation.Horizontal)
        self.resizeDocks(left, [5, 2][: len(left)], Qt.Orientation.Vertical)
        self._first_layout = self.saveState()

    def reset(self) -> None:
        """Lay the panes as they were at first, all of them shown."""
        self.restoreState(self._first_layout)
        for pane in self.panes.values():
            pane.setFloating(False)
            pane.show()
        self.finish()

    def set_bare(self, is_bare: bool) -> None:
        """Hide every pane, or show those again that were shown."""
        if is_bare and self._kept_layout is None:
            self._kept_layout = self.saveState()
            for pane in self.panes.values():
                pane.hide()
        elif not is_bare and self._kept_layout is not None:
            self.restoreState(self._kept_layout)
            self._kept_layout = None

    @property
    def is_bare(self) -> bool:
        """Whether the panes are hidden for the operator."""
        return self._kept_layout is not None

    def show_pane(self, name: str) -> None:
        """Show a pane and bring it to the front."""
        self.panes[name].show()
        self.panes[name].raise_()

    def list_actions(self) -> list[QAction]:
        """Return the actions that show and hide the panes, for a menu."""
        return [pane.toggleViewAction() for pane in self.panes.values()]

    def _add(self, name: str, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> None:
        pane = _Pane(title, self)
        pane.setObjectName(name)
        pane.setWidget(_make_scrollable(widget))
        pane.setAccessibleName(title)
        self.panes[name] = pane
        self.addDockWidget(area, pane)


def _make_scrollable(widget: QWidget) -> QScrollArea:
    """Let a pane be smaller than what is in it, instead of lying over its neighbour on a low screen."""
    area = QScrollArea()
    area.setWidget(widget)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setMinimumWidth(widget.minimumSizeHint().width())
    area.viewport().setAutoFillBackground(False)
    widget.setAutoFillBackground(False)
    return area


class _Pane(QDockWidget):
    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.setTitleBarWidget(_TitleBar(self))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Be as wide as a side is at first, whatever is in it."""
        width = CHAT_WIDTH if self.objectName() == "chat" else SIDE_WIDTH
        return QSize(width, super().sizeHint().height())


class _TitleBar(QWidget):
    """Title and two buttons that can be reached and named, unlike Qt's own; dragging it moves the pane."""

    def __init__(self, pane: QDockWidget) -> None:
        super().__init__(pane)
        title = QLabel(pane.windowTitle(), self)
        title.setProperty("role", "pane-title")
        self._float = self._make_button("open-in-new", tr("Make {pane} a window", pane=pane.windowTitle()))
        self._float.clicked.connect(lambda: pane.setFloating(not pane.isFloating()))
        close = self._make_button("close", tr("Close {pane}", pane=pane.windowTitle()))
        close.clicked.connect(pane.close)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACING + 2, 3, SPACING // 2, 3)
        layout.setSpacing(2)
        layout.addWidget(title, 1)
        layout.addWidget(self._float)
        layout.addWidget(close)

    def _make_button(self, icon_name: str, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(icon_name, "muted"))
        button.setIconSize(QSize(16, 16))
        button.setToolTip(name)
        button.setAccessibleName(name)
        return button
