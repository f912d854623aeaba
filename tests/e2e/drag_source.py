"""A small window of another program, from which files can be dragged: run by `window_story` beside the real window.

    python -m tests.e2e.drag_source X Y FILE...

It lies above everything at (X, Y) and offers the files as soon as the mouse is dragged out of it. Runs until it is
ended: where they were dropped, the files are asked for only after the drop.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel

TITLE = "Files to drag"


class DragSource(QLabel):
    """Offers files to whoever they are dropped on."""

    def __init__(self, files: list[Path]) -> None:
        super().__init__(", ".join(file.name for file in files))
        self._files = files
        self.setWindowTitle(TITLE)
        self.setWindowFlags(Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setStyleSheet("background: #ffd54f; color: black; border: 1px solid black")

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin the drag."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(file)) for file in self._files])
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.exec(Qt.DropAction.CopyAction)


def main() -> None:
    """Show the window."""
    x, y = (int(number) for number in sys.argv[1:3])
    app = QApplication(sys.argv[:1])
    source = DragSource([Path(name) for name in sys.argv[3:]])
    source.resize(90, 40)
    source.move(QPoint(x, y))
    source.show()
    sys.exit(app.exec())


if __name__ == "__main__":
    main()
