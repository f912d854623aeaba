"""Simulated photographs of machined parts and textures, with defects and their exact masks.

A part is a height field with materials (`surfaces`); a defect changes it (`defects`, `strokes`); then light falls on it
(`lighting`) and a camera takes the photo (`camera`). `flange`, `cap`, `sheet` and `leather` build the parts. Everything
follows from a seed. It needs NumPy and OpenCV only; nothing here knows how photos are judged.
"""

from inference.synthesis.defects import Defect, DefectKind
from inference.synthesis.photographs import RenderedPart, SampleProduct, list_defects, render_part

__all__ = ["Defect", "DefectKind", "RenderedPart", "SampleProduct", "list_defects", "render_part"]
