"""The versions of a product, newest first: who made each, when, why, and what it changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from station.language import format_number, format_share, tr, trn
from station.product_settings import ProductSettings, read_product_settings
from storage.records import ProductVersion

if TYPE_CHECKING:
    from station.station import Station


@dataclass(frozen=True)
class VersionStep:
    """One version and what it changed, one sentence each, in the person's language."""

    version: ProductVersion
    changes: tuple[str, ...]


def list_versions(station: Station, name: str) -> tuple[VersionStep, ...]:
    """Return every version of a product, newest first."""
    newest = station.store.get_product(name)
    older = [station.store.get_product(name, number) for number in range(1, newest.version)]
    versions = [*older, newest]
    first = VersionStep(versions[0], tuple(_describe_start(versions[0])))
    steps = [VersionStep(new, tuple(describe_change(old, new))) for old, new in pairwise(versions)]
    return tuple(reversed([first, *steps]))


def describe_change(old: ProductVersion, new: ProductVersion) -> Iterator[str]:
    """Yield what differs between two versions of one product."""
    yield from _compare_references(old, new)
    yield from _compare_settings(read_product_settings(old), read_product_settings(new))


def _describe_start(first: ProductVersion) -> Iterator[str]:
    yield trn("added with {count} reference", "added with {count} references", len(first.references))


def _compare_references(old: ProductVersion, new: ProductVersion) -> Iterator[str]:
    before = {row.id: row for row in old.references}
    after = {row.id: row for row in new.references}
    for number, row in after.items():
        if number not in before:
            proposed = row.state == "proposed"
            yield (
                tr("reference {name} proposed", name=row.file_name)
                if proposed
                else tr("reference {name} added", name=row.file_name)
            )
        elif before[number].state != row.state:
            yield tr("reference {name} approved", name=row.file_name)
    for number in before.keys() - after.keys():
        yield tr("reference {name} retired", name=before[number].file_name)


def _compare_settings(old: ProductSettings, new: ProductSettings) -> Iterator[str]:
    if old.false_reject_rate != new.false_reject_rate:
        yield tr(
            "share of good parts rejected {old} to {new}",
            old=write_rate(old.false_reject_rate),
            new=write_rate(new.false_reject_rate),
        )
    if old.mm_per_px != new.mm_per_px:
        yield tr("scale {old} to {new}", old=write_scale(old.mm_per_px), new=write_scale(new.mm_per_px))
    if old.areas != new.areas:
        yield trn("areas changed, {count} drawn", "areas changed, {count} drawn", len(new.areas))
    if old.golden != new.golden:
        yield trn("golden set changed, {count} part", "golden set changed, {count} parts", len(new.golden))
    if old.notes != new.notes:
        yield tr("notes changed")
    if old.profile != new.profile:
        yield tr("profile {name}", name=new.profile or "default")


def write_rate(rate: float) -> str:
    """Return a promised share in the person's language: 0.5 %, 2 %."""
    return format_share(rate, 0 if round(100 * rate, 6) % 1 == 0 else 1)


def write_scale(mm_per_px: float | None) -> str:
    """Return a scale with four digits that count, or that there is none."""
    if mm_per_px is None:
        return tr("not set")
    decimals = next((digits for digits in range(8) if mm_per_px * 10**digits >= 1000), 8)
    return tr("{value} mm per pixel", value=format_number(mm_per_px, decimals))
