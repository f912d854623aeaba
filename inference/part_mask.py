"""Which tokens of a photo show the part and which its surroundings, learned from references; off whenever unsure.

The first principal component of a reference's tokens tells a part from what it lies on (Oquab et al., DINOv2, 2023;
AnomalyDINO masks so too, Damm et al., WACV 2025, section 3.2). A mask that is wrong hides defects, so one is used only
where reference and photo pass every test below; an even surface that fills the photo never does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_fill_holes

from inference.token_grids import Tokens

TokenMask = NDArray[np.bool_]
"""One flag per token, (h, w)."""

LEAST_SEPARATION = 0.8
"""Share of the projections' variance that lies between the two classes (Otsu's criterion). Parts on a ground measured
0.86 to 0.93, surfaces 0.66 to 0.70."""

MOST_ON_BORDER = 0.10
"""Share of the tokens at the photo's border that may show the part: a part that touches the border may go on there."""

LEAST_TOGETHER = 0.9
"""Share of the part's tokens that hang together."""

LEAST_SHARE, MOST_SHARE = 0.05, 0.85
"""Share of the photo a part may take."""

ALIKE_SHARE = 1.5
"""The part may look this much larger or smaller than on the references before the mask is switched off for a photo."""


@dataclass(frozen=True)
class PartFinder:
    """Tells a product's part from its surroundings: a token shows the part where direction . token > threshold."""

    direction: NDArray[np.float32]
    """Float32 (C,), the first principal component, pointing towards the part."""
    threshold: float
    share: float
    """Share of the references' tokens that show the part, 0 to 1."""


def learn_part(references: Sequence[Tokens]) -> PartFinder | None:
    """Learn to find the part from references (h, w, C); None when they do not clearly show one on some ground."""
    tokens = np.concatenate([grid.reshape(-1, grid.shape[-1]) for grid in references])
    direction = _find_first_component(tokens)
    projected = tokens @ direction  # (M,)
    threshold = _split(projected)
    if _measure_separation(projected, projected > threshold) < LEAST_SEPARATION:
        return None
    if np.mean([_take_border(grid @ direction > threshold).mean() for grid in references]) > 0.5:
        direction, threshold = -direction, -threshold
    share = float(np.mean(tokens @ direction > threshold))
    finder = PartFinder(direction, threshold, share)
    return finder if all(find_part(grid, finder) is not None for grid in references) else None


def find_part(tokens: Tokens, finder: PartFinder) -> TokenMask | None:
    """Tokens (h, w, C) that show the part, with its holes and a margin of one token; None when unsure."""
    part = tokens @ finder.direction > finder.threshold  # (h, w)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(part.astype(np.uint8), connectivity=8)
    if count < 2 or _take_border(part).mean() > MOST_ON_BORDER:
        return None
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    area = int(stats[largest, cv2.CC_STAT_AREA])
    share = area / part.size
    alike = finder.share / ALIKE_SHARE <= share <= finder.share * ALIKE_SHARE
    if not alike or not LEAST_SHARE <= share <= MOST_SHARE or area < LEAST_TOGETHER * part.sum():
        return None
    whole = binary_fill_holes(labels == largest)
    return np.asarray(cv2.dilate(whole.astype(np.uint8), np.ones((3, 3), np.uint8)), bool)


def _find_first_component(tokens: Tokens) -> NDArray[np.float32]:
    """Direction (C,) in which tokens (M, C) differ most."""
    centred = tokens - tokens.mean(axis=0)
    _, vectors = np.linalg.eigh((centred.T @ centred).astype(np.float64))
    return np.asarray(vectors[:, -1], np.float32)


def _split(values: NDArray[np.float32]) -> float:
    """Otsu's threshold (1979) of values (M,), found on 256 steps."""
    low, span = float(values.min()), max(float(np.ptp(values)), 1e-9)
    steps = np.round((values - low) / span * 255).astype(np.uint8).reshape(-1, 1)
    threshold, _ = cv2.threshold(steps, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return low + (threshold + 0.5) / 255 * span


def _measure_separation(values: NDArray[np.float32], above: NDArray[np.bool_]) -> float:
    """Variance between two classes over all variance, 0 to 1."""
    weight, variance = float(above.mean()), float(values.var())
    if weight in (0.0, 1.0) or variance == 0.0:
        return 0.0
    return weight * (1 - weight) * float(values[above].mean() - values[~above].mean()) ** 2 / variance


def _take_border(part: TokenMask) -> TokenMask:
    return np.concatenate([part[0], part[-1], part[:, 0], part[:, -1]])
