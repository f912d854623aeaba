"""The brushed sheet: stainless steel ground along one direction; it fills the photo."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from inference.results import FloatMap
from inference.synthesis.camera import View
from inference.synthesis.noise import draw_fractal_noise, draw_noise, open_stream
from inference.synthesis.surfaces import Material, Scene, darken, keep_off_frame, raise_by, spread

BRUSHED = Material(diffuse=(0.075, 0.076, 0.077), gloss=0.46, along=0.24, across=0.32)
STEEL_TINT = (0.985, 0.995, 1.0)
REACH = 1.9
"""How far from its middle the sheet is drawn, in half short sides: beyond the corners of a 3:2 photo."""


def build_sheet(view: View, seed: int, omitted: int | None = None) -> Scene:
    """Return a sheet whose brush marks run across the photo, turned with its pose; it has no feature to omit."""
    rng = open_stream(seed, "brush")
    sheet = spread(BRUSHED, view.shape, STEEL_TINT)
    sheet = replace(sheet, grain=sheet.grain + np.float32(view.angle), tilt=draw_brush_marks(view, rng))
    clouds = draw_fractal_noise(view.shape, 0.5 * view.scale, rng)
    sheet = replace(sheet, across=sheet.across * (1.0 + 0.035 * clouds))
    shade = 1.0 + 0.03 * clouds + 0.16 * np.minimum(sheet.tilt, 0.0)
    sheet = darken(sheet, np.asarray(shade, dtype=np.float32))
    sheet = raise_by(sheet, draw_noise(view.shape, 0.5 * view.scale, rng) * np.float32(0.0012 * view.scale))
    return Scene(sheet, np.ones(view.shape, dtype=np.float32), None, keep_off_frame(view.shape), view.scale)


def draw_brush_marks(view: View, rng: np.random.Generator) -> FloatMap:
    """Return slopes across the grain: streaks of several lengths and widths, as a grinding belt leaves them."""
    side = int(2 * REACH * view.scale)
    marks = np.zeros((side, side), dtype=np.float32)
    for length, width, slope in ((0.9, 1.0, 0.055), (0.30, 1.0, 0.060), (0.10, 1.0, 0.030), (1.6, 2.6, 0.030)):
        marks += draw_noise((side, side), (width, length * view.scale), rng) * np.float32(slope)
    column, row = (np.asarray((place + np.float32(REACH)) * np.float32(view.scale)) for place in (view.u, view.v))
    return np.asarray(cv2.remap(marks, column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT), dtype=np.float32)
