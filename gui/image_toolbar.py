"""The viewer's row of tools. It asks and shows; what happens is `image_view`'s affair.

Where the row is short of room, what does not fit moves into a menu at its end.
"""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractSpinBox, QMenu, QSlider, QSpinBox, QToolBar, QToolButton, QWidget, QWidgetAction

from gui.compare_view import CompareMode
from gui.icons import icon
from gui.levels_panel import LevelsPanel
from gui.overlay import USUAL_OPACITY, MaskSource, OverlayMode
from gui.theme import colour
from gui.translated import mark, tr

MOST_PERCENT = 99_999
_PERCENT_WIDTH, _OPACITY_WIDTH = 68, 64
"""All tools fit into the viewer of a window of 1280 pixels with both docks open."""
_OVERLAYS = {
    OverlayMode.HEAT: mark("Heat map"),
    OverlayMode.FILL: mark("Filled areas"),
    OverlayMode.CONTOUR: mark("Outlines"),
    OverlayMode.NONE: mark("Photo only"),
}
_MASKS = {
    MaskSource.MACHINE: mark("Mask of the machine"),
    MaskSource.CORRECTED: mark("Mask corrected by a person"),
}
_COMPARISONS = {
    CompareMode.OFF: mark("No comparison"),
    CompareMode.SIDE: mark("Reference beside the photo"),
    CompareMode.SWIPE: mark("Swipe between photo and reference"),
}


class _Line(QWidget):
    """A line between groups of tools; Qt's own grows where there is room left over."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(9, 24)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        QPainter(self).fillRect(4, 0, 1, self.height(), colour("border"))


class ImageToolbar(QToolBar):
    """Zoom, overlay, comparison, tape and levels."""

    fit_wanted = Signal()
    actual_size_wanted = Signal()
    zoom_wanted = Signal(bool)
    """True for larger."""
    percent_wanted = Signal(int)
    overlay_wanted = Signal(object)
    mask_wanted = Signal(object)
    opacity_wanted = Signal(float)
    blink_wanted = Signal()
    compare_wanted = Signal(object)
    measuring_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Viewer"), parent)
        self.setAccessibleName(tr("Viewer"))
        self.setMovable(False)
        self.setIconSize(QSize(20, 20))
        self.levels = LevelsPanel()
        self._add_zoom()
        self.addWidget(_Line(self))
        self._add_overlay()
        self.addWidget(_Line(self))
        self._add_tools()
        self._name_buttons()

    def _add_zoom(self) -> None:
        self.fit_action = self._add("fit-to-screen-outline", tr("Fit (0)"), self.fit_wanted.emit)
        self.actual_action = self._add(
            "numeric-1-box-outline", tr("Actual size, 100 % (1)"), self.actual_size_wanted.emit
        )
        self._add("magnify-minus-outline", tr("Zoom out (-)"), lambda: self.zoom_wanted.emit(False))
        self.percent = QSpinBox(self)
        self.percent.setRange(1, MOST_PERCENT)
        self.percent.setSuffix(" %")
        self.percent.setKeyboardTracking(False)
        self.percent.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.percent.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.percent.setStyleSheet("QSpinBox { padding-right: 4px; padding-left: 4px; }")
        self.percent.setFixedWidth(_PERCENT_WIDTH)
        self.percent.setAccessibleName(tr("Zoom in percent"))
        self.percent.setToolTip(tr("Zoom; at 100 % one pixel of the photo is one of the screen"))
        self.percent.valueChanged.connect(self.percent_wanted)
        self.addWidget(self.percent)
        self._add("magnify-plus-outline", tr("Zoom in (+)"), lambda: self.zoom_wanted.emit(True))

    def _add_overlay(self) -> None:
        self._overlay_menu, self._overlay_choices = QMenu(tr("Overlay"), self), QActionGroup(self)
        for mode, word in _OVERLAYS.items():
            action = self._overlay_menu.addAction(tr(word))
            action.setData(mode)
            action.setCheckable(True)
            self._overlay_choices.addAction(action)
        self._overlay_choices.triggered.connect(lambda action: self.overlay_wanted.emit(OverlayMode(action.data())))
        self._add_masks()
        self.overlay_action = self._add_menu("layers-outline", tr("Overlay"), self._overlay_menu)
        self.opacity = QSlider(Qt.Orientation.Horizontal, self)
        self.opacity.setRange(5, 100)
        self.opacity.setPageStep(10)
        self.opacity.setFixedWidth(_OPACITY_WIDTH)
        self.opacity.setValue(round(USUAL_OPACITY * 100))
        self.opacity.setAccessibleName(tr("Opacity of the overlay"))
        self.opacity.setToolTip(tr("Opacity of the overlay"))
        self.opacity.valueChanged.connect(lambda value: self.opacity_wanted.emit(value / 100))
        self.addWidget(self.opacity)
        self.blink_action = self._add("eye-outline", tr("Show or hide the overlay (B)"), self.blink_wanted.emit)
        self.blink_action.setCheckable(True)

    def _add_masks(self) -> None:
        """Whose mask is filled or outlined, below what lies over the photo."""
        self._overlay_menu.addSeparator()
        self._mask_choices = QActionGroup(self)
        for source, word in _MASKS.items():
            action = self._overlay_menu.addAction(tr(word))
            action.setData(source)
            action.setCheckable(True)
            self._mask_choices.addAction(action)
        self._mask_choices.triggered.connect(lambda action: self.mask_wanted.emit(MaskSource(action.data())))

    def _add_tools(self) -> None:
        self._compare_menu, self._compare_choices = QMenu(tr("Compare"), self), QActionGroup(self)
        for mode, word in _COMPARISONS.items():
            action = self._compare_menu.addAction(tr(word))
            action.setData(mode)
            action.setCheckable(True)
            self._compare_choices.addAction(action)
        self._compare_choices.triggered.connect(lambda action: self.compare_wanted.emit(CompareMode(action.data())))
        self.compare_action = self._add_menu("compare", tr("Compare with the nearest reference"), self._compare_menu)
        self.compare_action.setToolTip(
            tr("Compare with the nearest reference; Ctrl with an arrow key moves the divider between them")
        )
        self.measure_action = self._add("ruler", tr("Measuring tape (M)"), lambda: None)
        self.measure_action.setCheckable(True)
        self.measure_action.toggled.connect(self.measuring_wanted)
        menu = QMenu(tr("Brightness and contrast"), self)
        panel = QWidgetAction(menu)
        panel.setDefaultWidget(self.levels)
        menu.addAction(panel)
        self.levels_action = self._add_menu("contrast-circle", tr("Brightness and contrast"), menu)

    # What is shown

    def show_percent(self, percent: float) -> None:
        """Show the zoom."""
        with QSignalBlocker(self.percent):
            self.percent.setValue(max(1, round(percent)))

    def show_overlay(self, mode: OverlayMode, *, is_hidden: bool, has_overlay: bool) -> None:
        """Show which overlay is on."""
        for action in self._overlay_choices.actions():
            action.setChecked(action.data() == mode)
        self.overlay_action.setEnabled(has_overlay)
        self.opacity.setEnabled(has_overlay and mode in (OverlayMode.HEAT, OverlayMode.FILL))
        self.blink_action.setEnabled(has_overlay)
        self.blink_action.setChecked(is_hidden)
        self.blink_action.setIcon(icon("eye-off-outline" if is_hidden else "eye-outline"))

    def show_mask(self, source: MaskSource, *, is_possible: bool) -> None:
        """Show whose mask is chosen; there is a choice only where a person corrected it."""
        for action in self._mask_choices.actions():
            action.setVisible(is_possible)
            action.setChecked(is_possible and action.data() == source)

    def show_comparison(self, mode: CompareMode, *, is_possible: bool) -> None:
        """Show how photo and reference are compared."""
        for action in self._compare_choices.actions():
            action.setChecked(action.data() == mode)
        self.compare_action.setEnabled(is_possible)

    def show_measuring(self, is_on: bool) -> None:
        """Show whether the tape is in hand."""
        with QSignalBlocker(self.measure_action):
            self.measure_action.setChecked(is_on)
        # The button listens to the action's own signal, which was blocked too.
        self.measure_action.changed.emit()

    # Building

    def _add(self, sign: str, words: str, act: object) -> QAction:
        action = QAction(icon(sign), words, self)
        action.triggered.connect(act)
        self.addAction(action)
        return action

    def _add_menu(self, sign: str, words: str, menu: QMenu) -> QAction:
        action = QAction(icon(sign), words, self)
        action.setMenu(menu)
        self.addAction(action)
        return action

    def _name_buttons(self) -> None:
        """Give each button a name and a place in the tab order, which Qt does not."""
        for action in self.actions():
            button = self.widgetForAction(action)
            if not isinstance(button, QToolButton):
                continue
            button.setAccessibleName(action.text())
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            if action.menu() is not None:
                button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
                button.setProperty("menu", "true")
        extension = self.findChild(QToolButton, "qt_toolbar_ext_button")
        if extension is not None:
            extension.setIcon(icon("chevron-double-right"))
            extension.setStyleSheet("QToolButton { padding: 0; }")
            extension.setAccessibleName(tr("More tools"))
            extension.setToolTip(tr("More tools"))
