"""The row of tools above a canvas that is drawn on: which tool, how wide the brush, undo and redo, zoom.

What the tools draw is the canvas' affair; saving is up to the dialog that holds both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from gui.draft_canvas import DraftCanvas, Tool
from gui.photo_canvas import ZOOM_STEP
from gui.theme import SPACING, icon
from gui.translated import mark, tr

_TOOLS = {
    Tool.SELECT: ("cursor-default-outline", mark("Select and move"), "V"),
    Tool.RECTANGLE: ("rectangle-outline", mark("Rectangle"), "R"),
    Tool.POLYGON: ("vector-polygon", mark("Polygon"), "P"),
    Tool.BRUSH: ("brush", mark("Brush"), "B"),
    Tool.ERASER: ("eraser", mark("Eraser"), "E"),
}
_HINTS = {
    Tool.SELECT: mark("Click an area to select it, drag to move it, Delete to remove it."),
    Tool.RECTANGLE: mark("Drag from corner to corner."),
    Tool.POLYGON: mark("Click the corners; a double click or C closes the area, Backspace takes a corner back."),
    Tool.BRUSH: mark("Paint with the mouse held down."),
    Tool.ERASER: mark("Paint over what is to be taken away."),
}
BRUSH_SHARE = 0.25
"""Largest brush, as a share of the photo's shorter side."""
_USUAL_BRUSH = 25


class DrawingBar(QWidget):
    """The tools of one canvas."""

    hinted = Signal(str)
    """How the tool in hand is used."""
    undo_wanted = Signal()
    redo_wanted = Signal()

    def __init__(self, canvas: DraftCanvas, tools: Sequence[Tool], parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._tools: dict[Tool, QAction] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(SPACING // 2)
        self._add_tools(tools)
        self._row.addSpacing(2 * SPACING)
        self._add_brush()
        self._row.addStretch(1)
        self._add_steps()

    def choose_tool(self, tool: Tool) -> None:
        """Take a tool in hand."""
        self._tools[tool].setChecked(True)
        self._canvas.choose_tool(tool)
        has_size = tool in (Tool.BRUSH, Tool.ERASER)
        self._brush_label.setVisible(has_size)
        self.brush_slider.setVisible(has_size)
        self.hinted.emit(tr(_HINTS[tool]))
        self._canvas.setFocus()

    def fit_brush(self) -> None:
        """Fit the brush to a photo that was just shown."""
        self._size_brush(self.brush_slider.value())
        self.brush_slider.setValue(_USUAL_BRUSH)

    def add_action(
        self, sign: str, text: str, keys: str | QKeySequence.StandardKey, do: Callable[[], object]
    ) -> QAction:
        """Return an action with its shortcut, for a button of `make_button`."""
        action = QAction(icon(sign), text, self)
        all_keys = [QKeySequence(keys)] if isinstance(keys, str) else QKeySequence.keyBindings(keys)
        action.setShortcuts(all_keys)
        shown = all_keys[0].toString(QKeySequence.SequenceFormat.NativeText) if all_keys else ""
        action.setToolTip(f"{text} ({shown})" if shown else text)
        action.triggered.connect(lambda _checked: do())
        self.addAction(action)
        return action

    def make_button(self, action: QAction) -> QToolButton:
        """Return a button of an action; it has a place in the tab order."""
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setIconSize(QSize(20, 20))
        button.setAccessibleName(action.text())
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _add_tools(self, tools: Sequence[Tool]) -> None:
        group = QActionGroup(self)
        for tool in tools:
            sign, text, key = _TOOLS[tool]
            action = self.add_action(sign, tr(text), key, partial(self.choose_tool, tool))
            action.setCheckable(True)
            group.addAction(action)
            self._tools[tool] = action
            self._row.addWidget(self.make_button(action))

    def _add_brush(self) -> None:
        self._brush_label = QLabel(tr("Brush size"), self)
        self.brush_slider = QSlider(Qt.Orientation.Horizontal, self)
        self.brush_slider.setAccessibleName(tr("Brush size"))
        self.brush_slider.setRange(2, 100)
        self.brush_slider.setFixedWidth(140)
        self.brush_slider.valueChanged.connect(self._size_brush)
        self._row.addWidget(self._brush_label)
        self._row.addWidget(self.brush_slider)

    def _add_steps(self) -> None:
        keys = QKeySequence.StandardKey
        self.undo = self.add_action("undo", tr("Undo"), keys.Undo, self.undo_wanted.emit)
        self.redo = self.add_action("redo", tr("Redo"), keys.Redo, self.redo_wanted.emit)
        zoom = self._canvas.zoom
        closer = self.add_action("magnify-plus-outline", tr("Zoom in"), keys.ZoomIn, lambda: zoom(ZOOM_STEP))
        farther = self.add_action("magnify-minus-outline", tr("Zoom out"), keys.ZoomOut, lambda: zoom(1 / ZOOM_STEP))
        fit = self.add_action("fit-to-page-outline", tr("Show all of it"), "Ctrl+0", self._canvas.fit)
        for action in (self.undo, self.redo, closer, farther, fit):
            self._row.addWidget(self.make_button(action))

    def _size_brush(self, value: int) -> None:
        most = BRUSH_SHARE * min(self._canvas.photo_width, self._canvas.photo_height)
        self._canvas.brush_width = max(1.0, round(most * (value / 100) ** 1.5, 1))
        self._canvas.update()
