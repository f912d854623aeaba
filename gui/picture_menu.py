"""The viewer's context menu: copies or saves what is on the screen, and offers the tools that are wanted there."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMenu

from gui.compare_view import CompareView
from gui.icons import icon
from gui.image_toolbar import ImageToolbar
from gui.messages import Message
from gui.translated import tr


class PictureMenu(QObject):
    """Pictures of what the panes show, with everything that lies over the photo."""

    message = Signal(object)

    def __init__(self, compare: CompareView, tools: ImageToolbar) -> None:
        super().__init__(compare)
        self._compare, self._tools = compare, tools
        self.name = "photo"
        """Name of the photo without its suffix, for the name offered."""

    def make_picture(self) -> QImage:
        """Return what is on the screen."""
        return self._compare.grab_panes().toImage()

    def copy_picture(self) -> None:
        """Put what is on the screen on the clipboard."""
        QGuiApplication.clipboard().setImage(self.make_picture())
        self.message.emit(Message(tr("Picture copied.")))

    def save_picture(self, path: Path) -> None:
        """Save what is on the screen; say so, or why not."""
        if self.make_picture().save(str(path)):
            self.message.emit(Message(tr("Picture saved as {name}.", name=path.name), "success"))
            return
        text = tr("The picture cannot be saved as {name}; choose another folder or name.", name=path.name)
        self.message.emit(Message(text, "error"))

    def make_menu(self) -> QMenu:
        """Return the context menu."""
        menu, tools = QMenu(self._compare), self._tools
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icon("content-copy"), tr("Copy picture"), self.copy_picture)
        menu.addAction(icon("content-save-outline"), tr("Save picture as…"), self._ask_where_to_save)
        menu.addSeparator()
        menu.addActions([tools.fit_action, tools.actual_action])
        menu.addSeparator()
        menu.addActions([tools.overlay_action, tools.blink_action, tools.compare_action, tools.measure_action])
        return menu

    def show_menu(self, at: QPoint) -> None:
        """Open the context menu at a point of the screen."""
        self.make_menu().popup(at)

    def _ask_where_to_save(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self._compare, tr("Save picture"), f"{self.name}.view.png", tr("Pictures (*.png *.jpg)")
        )
        if chosen:
            path = Path(chosen)
            self.save_picture(path if path.suffix else path.with_suffix(".png"))
