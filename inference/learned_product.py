"""What a detector knows of one product, and the file it is kept in. How it is learned is `learning`'s affair.

The file is safetensors with a JSON header: data only. It is derived from the references and can be thrown away.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.alignment import Thumbnail
from inference.calibration import REJECT_RATE, CentrePrior, PredictiveLaw, predict_good_parts
from inference.gates import PhotoTraits
from inference.looking import EVERYWHERE, Attention
from inference.part_mask import PartFinder
from inference.results import PackIdentity
from inference.scoring import PART_RULE, SURFACE_RULE, TopRule
from inference.token_grids import Scale, Tokens

FORMAT = "anomalygpt-learned-product-3"


@dataclass(frozen=True)
class ReferenceIdentity:
    """Which photo a reference is."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Recipe:
    """How photos of a product are compared, chosen from its references alone and recorded with every inspection."""

    scales: tuple[Scale, ...]
    structured: bool
    """True for a part with a shape of its own, false for an even surface that looks alike everywhere."""
    rotations: bool
    """Whether the references were also learned turned by 30, 60 ... degrees."""
    aligned: bool
    """Whether photos that lie as a reference does are compared place by place too."""
    within: bool
    """Whether photos are compared with themselves too: how rare a place is within its photo."""

    @property
    def rule(self) -> TopRule:
        """How a patch map becomes one number."""
        return PART_RULE if self.structured else SURFACE_RULE


@dataclass(frozen=True)
class LearnedProduct:
    """A product's references, ready to compare photos with. Arrays are indexed by scale, or by reference."""

    recipe: Recipe
    references: tuple[ReferenceIdentity, ...]
    model_packs: tuple[PackIdentity, ...]
    banks: tuple[tuple[Tokens, ...], ...]
    """Per scale and turn: unit vectors (M, C)."""
    levels: tuple[float, ...]
    """Per scale: log score of blocks held out of a reference, the unit of that scale's distances."""
    grids: tuple[Tokens, ...]
    """For the first few references: tokens (h, w, C) of the first scale, as they lay."""
    summaries: tuple[Tokens, ...]
    """Per reference: unit vector (C,)."""
    thumbnails: tuple[Thumbnail, ...]
    traits: tuple[PhotoTraits, ...]
    log_scores: tuple[float, ...]
    """One leave-one-out log score per part, relative to the levels."""
    prior: CentrePrior
    warnings: tuple[str, ...]
    attention: Attention = EVERYWHERE
    reject_rate: float = REJECT_RATE
    """Targeted share of good parts rejected: set for each use, not learned, and not kept in the file."""

    @property
    def law(self) -> PredictiveLaw:
        """Law of the next good part's log score."""
        return predict_good_parts(self.log_scores, self.prior, self.reject_rate)

    @property
    def configuration(self) -> Mapping[str, object]:
        """What was chosen and how verdicts are calibrated, as plain JSON."""
        law = self.law
        return {
            "recipe": asdict(self.recipe),
            "bank_tokens": [[len(bank) for bank in turned] for turned in self.banks],
            "levels": list(self.levels),
            "log_scores": list(self.log_scores),
            "prior": asdict(self.prior),
            "reject_limit": law.reject_limit,
            "review_limit": law.review_limit,
            "reject_rate": self.reject_rate,
            "part_share": self.attention.part.share if self.attention.part else None,
            "areas": self._describe_areas(),
            "references": [reference.sha256 for reference in self.references],
        }

    def _describe_areas(self) -> str | None:
        """A fingerprint of the areas; the product version keeps the areas themselves."""
        areas = self.attention.areas
        return None if areas is None else hashlib.sha256(repr(areas.shape).encode() + areas.tobytes()).hexdigest()

    def save(self, path: Path) -> None:
        """Write the product to `path`; the caller sees to it that a half-written file is never in place."""
        from safetensors.numpy import save_file  # noqa: PLC0415 - only needed with a cache

        save_file(self._arrays(), path, metadata={"product": json.dumps(self._header())})

    @classmethod
    def load(cls, path: Path) -> LearnedProduct:
        """Read a product written by `save`; raises ValueError or OSError for anything else."""
        from safetensors import SafetensorError, safe_open  # noqa: PLC0415 - only needed with a cache

        try:
            with safe_open(path, framework="numpy") as file:
                header = json.loads((file.metadata() or {}).get("product", "{}"))
                arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
        except SafetensorError as error:
            raise ValueError(f"{path.name} is not a learned product: {error}") from error
        if not isinstance(header, dict) or header.get("format") != FORMAT:
            raise ValueError(f"{path.name} is not a learned product of this version")
        try:
            return _assemble(header, arrays)
        except (KeyError, TypeError) as error:
            raise ValueError(f"{path.name} is not a complete learned product: {error}") from error

    def _arrays(self) -> dict[str, NDArray[np.generic]]:
        """Tokens in half precision, which they were rounded to when learned; nothing is lost."""
        half = {
            f"bank.{i}.{turn}": bank.astype(np.float16)
            for i, turned in enumerate(self.banks)
            for turn, bank in enumerate(turned)
        }
        half |= {f"grid.{i}": grid.astype(np.float16) for i, grid in enumerate(self.grids)}
        full = {f"summary.{i}": summary for i, summary in enumerate(self.summaries)}
        full |= {f"thumbnail.{i}": thumbnail for i, thumbnail in enumerate(self.thumbnails)}
        attention = {"areas": self.attention.areas, "drawn_on": self.attention.drawn_on}
        if self.attention.part is not None:
            attention["part"] = self.attention.part.direction
        kept = {name: array for name, array in attention.items() if array is not None}
        return {name: np.ascontiguousarray(array) for name, array in {**half, **full, **kept}.items()}

    def _header(self) -> dict[str, object]:
        return {
            "format": FORMAT,
            "recipe": asdict(self.recipe),
            "references": [asdict(reference) for reference in self.references],
            "model_packs": [asdict(pack) for pack in self.model_packs],
            "levels": self.levels,
            "traits": [asdict(traits) for traits in self.traits],
            "log_scores": self.log_scores,
            "prior": asdict(self.prior),
            "warnings": self.warnings,
            "turns": [len(turned) for turned in self.banks],
            "counts": [len(self.grids), len(self.references)],
            "part": [self.attention.part.threshold, self.attention.part.share] if self.attention.part else None,
        }


def _assemble(header: Mapping[str, Any], arrays: Mapping[str, NDArray[np.generic]]) -> LearnedProduct:
    fields: dict[str, Any] = dict(header)
    grids, references = fields["counts"]
    recipe = fields["recipe"]
    scales = tuple(Scale(**scale) for scale in recipe.pop("scales"))

    def read(kind: str, count: int) -> tuple[Tokens, ...]:
        return tuple(arrays[f"{kind}.{index}"].astype(np.float32) for index in range(count))

    return LearnedProduct(
        recipe=Recipe(scales=scales, **recipe),
        references=tuple(ReferenceIdentity(**reference) for reference in fields["references"]),
        model_packs=tuple(PackIdentity(**pack) for pack in fields["model_packs"]),
        banks=tuple(read(f"bank.{index}", turns) for index, turns in enumerate(fields["turns"])),
        levels=tuple(fields["levels"]),
        grids=read("grid", grids),
        summaries=read("summary", references),
        thumbnails=read("thumbnail", references),
        traits=tuple(PhotoTraits(**traits) for traits in fields["traits"]),
        log_scores=tuple(fields["log_scores"]),
        prior=CentrePrior(**fields["prior"]),
        warnings=tuple(fields["warnings"]),
        attention=_assemble_attention(fields["part"], arrays),
    )


def _assemble_attention(part: list[float] | None, arrays: Mapping[str, NDArray[np.generic]]) -> Attention:
    areas, drawn_on = arrays.get("areas"), arrays.get("drawn_on")
    return Attention(
        part=None if part is None else PartFinder(arrays["part"].astype(np.float32), *part),
        areas=None if areas is None else areas.astype(np.uint8),
        drawn_on=None if drawn_on is None else drawn_on.astype(np.float32),
    )
