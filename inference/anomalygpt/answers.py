"""The sentences AnomalyGPT is taught to answer with, and the nine words for a place."""

from __future__ import annotations

from collections.abc import Sequence

SIDE = 224
_PLACES = (
    ("top left", "top", "top right"),
    ("left", "center", "right"),
    ("bottom left", "bottom", "bottom right"),
)
NO_ANOMALY = "No, there is no anomaly in the image."


def name_place(row: float, column: float, side: int = SIDE) -> str:
    """The word for a point; a third belongs to the lower side up to and with its bound."""
    return _PLACES[_third(row / side)][_third(column / side)]


def write_answer(centres: Sequence[tuple[float, float]]) -> str:
    """The answer for simulated anomalies with these centres (row, column)."""
    places = list(dict.fromkeys(name_place(*centre) for centre in centres))
    if not places:
        return NO_ANOMALY
    if len(centres) == 1:
        return f"Yes, there is an anomaly in the image, at the {places[0]} of the image."
    where = " and ".join(places)
    return f"Yes, there are {len(centres)} anomalies in the image, they are at the {where} of the image."


def _third(share: float) -> int:
    return 0 if share <= 1 / 3 else 1 if share <= 2 / 3 else 2
