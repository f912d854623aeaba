"""Pictures from below the window as pixmaps, made from arrays of RGB pixels and fitted into a room."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap

from inference.results import RgbPixels


def pixmap_of_pixels(pixels: RgbPixels) -> QPixmap:
    """Return RGB pixels, uint8 (h, w, 3), as a pixmap of its own memory."""
    solid = np.ascontiguousarray(pixels)
    height, width = solid.shape[:2]
    image = QImage(solid.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    return QPixmap.fromImage(image.copy())


def fit_pixmap(pixmap: QPixmap, size: QSize, ratio: float) -> QPixmap:
    """Return a pixmap made to fit into `size`, sharp on a screen of this pixel ratio."""
    if pixmap.isNull():
        return pixmap
    keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    fitted = pixmap.scaled(size * ratio, keep, smooth)
    fitted.setDevicePixelRatio(ratio)
    return fitted
