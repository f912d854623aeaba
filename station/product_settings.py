"""What a person can set for one product: profile, scale, sensitivity, areas, golden set, notes.

They are part of the product's version, so every change makes the next version, with who, when and why. This module
reads them from a version, checks them and writes them back; what they do to a verdict is the detector's affair.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from station.errors import RequestError
from station.language import tr
from station.rights import Right
from station.settings import ProfileName
from storage.records import ProductVersion

if TYPE_CHECKING:
    from station.station import Station

AreaKind = Literal["inspect", "ignore"]
AreaShape = Literal["rectangle", "polygon", "brush"]

REJECT_RATES = (0.005, 0.01, 0.02, 0.05, 0.10)
"""Promised shares of good parts rejected that a person can choose, the most tolerant of defects first."""
STANDARD_RATE = 0.02
MOST_NOTES = 4000
"""Characters that the notes of a product may have."""
MOST_AREAS = 500
MOST_POINTS = 5000
"""Points one area may have."""
LEAST_POINTS: Mapping[AreaShape, int] = {"rectangle": 2, "polygon": 3, "brush": 1}
SMALLEST_SCALE, LARGEST_SCALE = 1e-5, 1e3
"""Millimetres per pixel: from a microscope's to a crane's."""

_NAMES = ("profile", "mm_per_px", "false_reject_rate", "areas", "golden", "notes")


@dataclass(frozen=True)
class Area:
    """An area drawn on the reference, in pixels of the upright reference."""

    kind: AreaKind
    """With an area to inspect only such areas count; areas to ignore are left out of what counts."""
    shape: AreaShape
    points: tuple[tuple[float, float], ...]
    """(x, y): two opposite corners, three or more corners, or one or more points of a brush stroke."""
    width: float = 0.0
    """Diameter of the brush in pixels; 0 for the other shapes."""


@dataclass(frozen=True)
class ProductSettings:
    """The settings of one product version; the defaults hold for what a version does not say."""

    profile: ProfileName | None = None
    """Detector profile; None means the station's own."""
    mm_per_px: float | None = None
    false_reject_rate: float = STANDARD_RATE
    """Promised share of good parts rejected: the one control of sensitivity."""
    areas: tuple[Area, ...] = ()
    golden: tuple[int, ...] = ()
    """Numbers of inspections whose parts are known, with which every change is checked."""
    notes: str = ""


def read_product_settings(version: ProductVersion) -> ProductSettings:
    """Return the settings of a version; what an older or foreign program wrote there and is no use counts as unset."""
    known = ProductSettings()
    for name in _NAMES:
        if name not in version.settings:
            continue
        try:
            candidate = replace(known, **cast(dict[str, Any], {name: _from_json(name, version.settings[name])}))
            check_product_settings(candidate)
        except (RequestError, TypeError, ValueError, KeyError):
            continue
        known = candidate
    return known


def change_product_settings(
    station: Station, name: str, reason: str, *, seen: ProductVersion | None = None, **changes: object
) -> ProductVersion:
    """Make a product's next version with some of its settings changed; the reason needs 10 characters.

    `seen` is the version a person looked at. Raises `RequestError` when somebody else changed the same settings since,
    for a value that cannot be and when nothing would change, and storage's known errors.
    """
    version = station.store.get_product(name)
    old = read_product_settings(version)
    if seen is not None:
        _refuse_unseen(seen, version, changes)
    if unknown := sorted(set(changes) - set(_NAMES)):
        raise RequestError(tr("A product has no setting {name}.", name=", ".join(unknown)))
    new = replace(old, **cast(dict[str, Any], changes))
    check_product_settings(new)
    if new == old:
        raise RequestError(tr("Nothing was changed; product {name} has these settings already.", name=version.name))
    # Keys that this version of the program does not know are kept as they are.
    values = {**version.settings, **{key: value for key, value in _to_json(new).items() if key in changes}}
    return station.store.change_settings(version.name, values, station.acting(Right.PRODUCTS), reason, version.version)


def _refuse_unseen(seen: ProductVersion, newest: ProductVersion, changes: Mapping[str, object]) -> None:
    """Refuse to overwrite what the person has not seen; changes of other settings since then do no harm."""
    then, now = asdict(read_product_settings(seen)), asdict(read_product_settings(newest))
    if any(then.get(name) != now.get(name) for name in changes):
        raise RequestError(
            tr(
                "{who} changed the same setting of product {name} meanwhile (version {number}); look at it and decide "
                "again.",
                who=newest.created_by.name,
                name=newest.name,
                number=newest.version,
            )
        )


def check_product_settings(settings: ProductSettings) -> None:
    """Raise `RequestError`, with what to do, for the first value that cannot be."""
    if settings.profile not in (None, *get_args(ProfileName)):
        raise RequestError(tr("There is no profile {name}; choose default or fast.", name=settings.profile))
    _check_scale(settings.mm_per_px)
    if settings.false_reject_rate not in REJECT_RATES:
        choices = ", ".join(f"{100 * rate:g} %" for rate in REJECT_RATES)
        raise RequestError(
            tr("The promised share of good parts rejected cannot be that; choose one of {choices}.", choices=choices)
        )
    _check_areas(settings.areas)
    if len(set(settings.golden)) != len(settings.golden):
        raise RequestError(tr("An inspection is in the golden set twice; leave one of them out."))
    if len(settings.notes) > MOST_NOTES:
        raise RequestError(
            tr("The notes have {count} characters; {most} are allowed.", count=len(settings.notes), most=MOST_NOTES)
        )


def _check_scale(mm_per_px: float | None) -> None:
    if mm_per_px is None:
        return
    if not math.isfinite(mm_per_px) or not SMALLEST_SCALE <= mm_per_px <= LARGEST_SCALE:
        raise RequestError(
            tr(
                "A scale of {value} mm per pixel cannot be; give a number from {least} to {most}.",
                value=f"{mm_per_px:g}",
                least=f"{SMALLEST_SCALE:g}",
                most=f"{LARGEST_SCALE:g}",
            )
        )


def _check_areas(areas: Sequence[Area]) -> None:
    if len(areas) > MOST_AREAS:
        raise RequestError(tr("{count} areas are too many; draw at most {most}.", count=len(areas), most=MOST_AREAS))
    for number, area in enumerate(areas, start=1):
        if fault := _find_fault(area):
            raise RequestError(tr("Area {number} cannot be used: {fault}.", number=number, fault=fault))


def _find_fault(area: Area) -> str:
    """Say what is wrong with an area, or nothing."""
    if area.kind not in get_args(AreaKind) or area.shape not in get_args(AreaShape):
        return tr("its kind or shape is unknown")
    if not LEAST_POINTS[area.shape] <= len(area.points) <= MOST_POINTS:
        return tr("it has {count} points", count=len(area.points))
    if area.shape == "rectangle" and len(area.points) != 2:
        return tr("a rectangle has two corners")
    if not all(math.isfinite(value) for point in area.points for value in point):
        return tr("one of its points is nowhere")
    if area.shape == "brush" and not (math.isfinite(area.width) and area.width > 0):
        return tr("its brush has no size")
    return ""


def _to_json(settings: ProductSettings) -> dict[str, object]:
    """Return plain JSON values."""
    values = asdict(settings)
    values["areas"] = [
        {**asdict(area), "points": [[round(x, 2), round(y, 2)] for x, y in area.points]} for area in settings.areas
    ]
    values["golden"] = list(settings.golden)
    return values


def _from_json(name: str, value: Any) -> object:
    """Return one setting from its JSON value; raises what wrong shapes raise."""
    if name == "areas":
        return tuple(_read_area(area) for area in value)
    if name == "golden":
        return tuple(int(number) for number in value)
    if name in ("mm_per_px", "false_reject_rate"):
        return None if value is None else float(value)
    if not isinstance(value, str | None):
        raise TypeError(name)
    return value


def _read_area(value: Mapping[str, Any]) -> Area:
    points = tuple((float(x), float(y)) for x, y in value["points"])
    return Area(value["kind"], value["shape"], points, float(value.get("width", 0.0)))
