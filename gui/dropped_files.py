"""Files that come from outside: by drag and drop anywhere on a widget, or from the clipboard."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication, QImage

PASTED_FOLDER = "pasted"
"""Where in a home folder pictures from the clipboard are put, which have no file of their own."""


def list_files(data: QMimeData) -> list[Path]:
    """Return the files and folders of this computer in what was dragged or copied."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def read_clipboard(home: Path) -> list[Path]:
    """Return the files on the clipboard; a picture there is saved as a PNG first. Raises `OSError`."""
    data = QGuiApplication.clipboard().mimeData()
    if data is None:
        return []
    files = list_files(data)
    if files or not data.hasImage():
        return files
    image = QGuiApplication.clipboard().image()
    return [] if image.isNull() else [_save_picture(image, home / PASTED_FOLDER)]


def _save_picture(image: QImage, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"pasted-{datetime.now().astimezone():%Y%m%d-%H%M%S-%f}.png"
    if not image.save(str(path)):
        raise OSError(5, "the picture from the clipboard could not be written", str(path))
    return path
