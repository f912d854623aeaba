"""The sample photos that ship with the application: which ones, and how they are written again.

One product, the flange, in folders as the `evaluate` command reads them: one reference, three good parts, six defects
from obvious to subtle. What the photos show is decided in `photographs`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.errors import KnownError
from inference.synthesis.defects import Defect, DefectKind
from inference.synthesis.photographs import RenderedPart, SampleProduct, render_part

SAMPLE_SIZE = (960, 1200)
"""Height and width in pixels: what a common 1.2-megapixel industrial camera delivers, near enough."""
JPEG_QUALITY = 92


@dataclass(frozen=True)
class Sample:
    """One shipped photo of the flange."""

    path: str
    """Below the product's folder."""
    seed: int
    defect: Defect | None = None

    @property
    def mask_path(self) -> str | None:
        """Where the mask of a defective part lies, below the product's folder."""
        if self.defect is None:
            return None
        return f"ground_truth/{self.defect.kind}/{Path(self.path).stem}_mask.png"


def show_defect(kind: DefectKind, severity: float, seed: int) -> Sample:
    """Return the sample that shows one defect."""
    return Sample(f"test/{kind}/000.jpg", seed, Defect(kind, severity))


SAMPLES = (
    Sample("train/good/000.jpg", 100),
    Sample("test/good/000.jpg", 101),
    Sample("test/good/001.jpg", 102),
    Sample("test/good/002.jpg", 103),
    show_defect(DefectKind.MISSING_FEATURE, 1.0, 201),
    show_defect(DefectKind.CRACK, 0.9, 225),
    show_defect(DefectKind.RUST, 0.7, 203),
    show_defect(DefectKind.CHIP, 0.7, 231),
    show_defect(DefectKind.SCRATCH, 0.6, 205),
    show_defect(DefectKind.POROSITY, 0.25, 206),
)


def render_sample(sample: Sample) -> RenderedPart:
    """Return the photo and mask of one sample."""
    return render_part(SampleProduct.FLANGE, sample.seed, sample.defect, SAMPLE_SIZE)


def write_samples(folder: Path) -> Iterator[Path]:
    """Render every sample into `folder`/flange and yield each file once written; files already there are replaced.

    Raises KnownError where the folder cannot be written.
    """
    for sample in SAMPLES:
        rendered = render_sample(sample)
        yield write_file(folder / SampleProduct.FLANGE / sample.path, encode_photo(rendered))
        if sample.mask_path is not None:
            yield write_file(folder / SampleProduct.FLANGE / sample.mask_path, encode(".png", rendered.mask, ()))


def encode_photo(rendered: RenderedPart) -> bytes:
    """Return the photo as JPEG."""
    bgr = np.ascontiguousarray(rendered.pixels[..., ::-1])
    return encode(".jpg", bgr, (cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY, cv2.IMWRITE_JPEG_OPTIMIZE, 1))


def encode(suffix: str, pixels: NDArray[np.uint8], options: tuple[int, ...]) -> bytes:
    """Return pixels (grey or BGR) as a file of the given kind."""
    _, data = cv2.imencode(suffix, pixels, list(options))
    return data.tobytes()


def write_file(path: Path, data: bytes) -> Path:
    """Write one file, making its folder, and return its path."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        reason = error.strerror or str(error)
        raise KnownError(
            f"The sample {path} cannot be written ({reason}): choose a folder you may write to."
        ) from error
    return path
