"""Brightness and contrast of photo and reference together, from the sliders or from the photo itself.

Only the pictures on the screen change. What levels do to samples is `image_levels`' affair.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from gui.image_levels import Levels
from gui.levels_panel import LevelsPanel
from gui.photo_layers import PhotoLayer


class PictureLevels:
    """What was set; kept from photo to photo of one product."""

    def __init__(
        self, panel: LevelsPanel, photo: PhotoLayer, reference: PhotoLayer, on_change: Callable[[], None]
    ) -> None:
        self._panel, self._photo, self._reference = panel, photo, reference
        self._on_change = on_change
        self._spread: Levels | None = None
        """Automatic levels, found once so that the photos after it can be compared; None for as they are."""
        self._plain = Levels()
        """The plain levels of the photo that they were found on: those of its depth."""
        panel.changed.connect(self.apply)
        panel.auto_wanted.connect(self.spread)
        panel.reset_wanted.connect(self.reset)

    def spread(self) -> None:
        """Spread the photo's own range from black to white."""
        self._spread, self._plain = self._photo.find_levels(), self._photo.plain_levels
        self._panel.show_values(0, 0)
        self.apply()

    def reset(self) -> None:
        """Show both as they are."""
        self._spread = None
        self._panel.show_values(0, 0)
        self.apply()

    def apply(self) -> None:
        """Show photo and reference with what is set."""
        for layer in (self._photo, self._reference):
            layer.set_levels(
                replace(
                    self._choose(layer),
                    brightness=self._panel.brightness.value(),
                    contrast=self._panel.contrast.value(),
                )
            )
        self._on_change()

    def _choose(self, layer: PhotoLayer) -> Levels:
        """Samples of another depth than they were found on have a range of their own."""
        if self._spread is None:
            return layer.plain_levels
        return self._spread if layer.plain_levels == self._plain else layer.find_levels()
