"""Past inspections as a COCO data set: photos, and each region as an annotation with its exact pixels.

For training and for tools of others (https://cocodataset.org/#format-data). What a person decided stands beside the
machine's verdict, and the file says whose masks it holds, so that whoever trains knows which is which.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from inference.results import Mask
from station.console import OnProgress, ignore_progress
from station.mask_correcting import read_mask, read_newest_mask
from station.outputs import make_folder, write_whole
from station.rights import Right

if TYPE_CHECKING:
    from station.station import Station
    from storage.records import NewRegion, RecordedInspection

Masks = Literal["machine", "corrected"]
"""Whose masks are exported: the machine's, or those that persons corrected where they did."""
UNNAMED = "anomaly"
"""Category of regions whose kind nobody named."""
Box = tuple[int, int, int, int]
"""x, y, width, height."""
_DESCRIPTIONS: dict[Masks, str] = {
    "machine": "Inspections exported from AnomalyGPT Inspector; the masks are the machine's",
    "corrected": (
        "Inspections exported from AnomalyGPT Inspector; the masks are those that persons corrected, and the machine's"
        " where nobody did: each image says which"
    ),
}
PHOTOS = "photos"
"""Folder beside the JSON that takes the photos as they were received."""


def export_coco(
    station: Station,
    inspection_ids: Sequence[int],
    path: Path,
    on_progress: OnProgress = ignore_progress,
    masks: Masks = "machine",
) -> int:
    """Write `path`, a COCO JSON, and the photos beside it; return the number of annotations. The export is an event.

    Raises `OutputError` and the known errors of storage.
    """
    actor = station.acting(Right.EXPORT)
    make_folder(path.parent / PHOTOS)
    data = CocoData(masks)
    for place, number in enumerate(inspection_ids):
        record = station.store.get_inspection(number)
        on_progress(place / max(len(inspection_ids), 1), record.file_name)
        write_whole(station.store.read_blob(record.photo), path.parent / PHOTOS / name_photo(record))
        is_corrected = masks == "corrected" and bool(record.corrected_masks)
        if is_corrected:
            data.add_corrected(record, read_newest_mask(station, record))
        else:
            data.add(record, read_mask(station, record, record.mask))
    write_whole(json.dumps(data.as_json(), ensure_ascii=False).encode("utf-8", "backslashreplace"), path)
    payload = {"file": path.name, "format": "coco", "masks": masks, "inspections": list(inspection_ids)}
    station.store.record_event("inspections.exported", "export", path.name, payload, actor)
    return data.count


class CocoData:
    """The lists of a COCO file as they grow."""

    def __init__(self, masks: Masks = "machine") -> None:
        self._masks = masks
        self._images: list[dict[str, Any]] = []
        self._annotations: list[dict[str, Any]] = []
        self._categories: dict[str, int] = {}

    @property
    def count(self) -> int:
        """Annotations so far."""
        return len(self._annotations)

    def add(self, record: RecordedInspection, mask: Mask) -> None:
        """Add an inspection; `mask` is uint8 (height, width), 0 or 255."""
        self._images.append(_describe_image(record, "machine"))
        for region, pixels in zip(record.regions, split_mask(mask, record.regions), strict=True):
            box = (region.x, region.y, region.width, region.height)
            annotation = self._describe_area(record.id, region.label, box, pixels)
            self._annotations.append({**annotation, "peak": region.peak, "mean": region.mean})

    def add_corrected(self, record: RecordedInspection, mask: Mask) -> None:
        """Add an inspection with the mask a person drew: each connected piece of it, named by the defect code."""
        self._images.append(_describe_image(record, "corrected"))
        code = record.dispositions[-1].code if record.dispositions else ""
        for box, pixels in find_pieces(mask):
            self._annotations.append(self._describe_area(record.id, code, box, pixels))

    def as_json(self) -> dict[str, Any]:
        """Return the whole file."""
        return {
            "info": {"description": _DESCRIPTIONS[self._masks], "masks": self._masks},
            "images": self._images,
            "annotations": self._annotations,
            "categories": [{"id": number, "name": name} for name, number in self._categories.items()],
        }

    def _describe_area(self, image_id: int, label: str, box: Box, pixels: Mask) -> dict[str, Any]:
        return {
            "id": self.count + 1,
            "image_id": image_id,
            "category_id": self._categories.setdefault(label or UNNAMED, len(self._categories) + 1),
            "bbox": list(box),
            "area": int(np.count_nonzero(pixels)),
            "segmentation": {"size": list(pixels.shape), "counts": count_runs(pixels)},
            "iscrowd": 1,  # COCO's mark for run lengths; outlines would lose pixels
        }


def split_mask(mask: Mask, regions: Sequence[NewRegion]) -> Iterator[Mask]:
    """Yield the pixels of each region: the connected part of the mask with the region's box, else all in the box."""
    import cv2  # noqa: PLC0415 - see `sessions`

    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    boxes = {tuple(int(side) for side in row[:4]): label for label, row in enumerate(stats) if label}
    for region in regions:
        box = (region.x, region.y, region.width, region.height)
        yield (labels == boxes[box]).astype(np.uint8) if box in boxes else _cut_out(mask, box)


def find_pieces(mask: Mask) -> Iterator[tuple[Box, Mask]]:
    """Yield box and pixels of each connected piece of a mask, the largest first."""
    import cv2  # noqa: PLC0415 - see `sessions`

    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    for label in sorted(range(1, count), key=lambda label: -stats[label, cv2.CC_STAT_AREA]):
        x, y, width, height = (int(side) for side in stats[label, :4])
        yield (x, y, width, height), (labels == label).astype(np.uint8)


def count_runs(pixels: NDArray[np.uint8]) -> list[int]:
    """Return COCO's run lengths: column by column, beginning with the number of zeros."""
    flat = (pixels.ravel(order="F") != 0).astype(np.int8)
    changes = (np.flatnonzero(np.diff(flat, prepend=0)) if flat.size else np.zeros(0, np.intp)).tolist()
    return [after - before for before, after in pairwise([0, *changes, flat.size])]


def name_photo(record: RecordedInspection) -> str:
    """Return the photo's name in the data set: the inspection's number and the suffix it came with."""
    suffix = Path(record.file_name).suffix
    return f"{record.id:06d}{suffix if suffix[1:].isalnum() and suffix.isascii() else ''}"


def _describe_image(record: RecordedInspection, mask: Masks) -> dict[str, Any]:
    decided = record.dispositions[-1].decision if record.dispositions else None
    return {
        "id": record.id,
        "file_name": f"{PHOTOS}/{name_photo(record)}",
        "width": record.width,
        "height": record.height,
        "date_captured": record.recorded_at,
        "verdict": record.verdict,
        "score": record.score,
        "disposition": decided,
        "product": record.product,
        "record_hash": record.record_hash,
        "mask": mask,
    }


def _cut_out(mask: Mask, box: Box) -> Mask:
    x, y, width, height = box
    pixels = np.zeros_like(mask)
    pixels[y : y + height, x : x + width] = mask[y : y + height, x : x + width] != 0
    return pixels
