"""The lines beside a verdict in the banner: what was inspected, what was found, promised, measured and recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gui.inspection_flow import NotRecorded
from gui.translated import (
    decision_words,
    format_moment,
    format_number,
    gate_sentence,
    place_word,
    promise_sentence,
    tell,
    tr,
    trn,
)
from inference.results import LIMIT, Region
from station.opening import OpenedInspection
from storage.records import Disposition, NewRegion


@dataclass(frozen=True)
class BannerWords:
    """Everything the banner says about one judged photo."""

    verdict: str | None
    score: float | None
    limit: float
    title: str
    subtitle: str
    findings: tuple[str, ...]
    """Why a person should look twice; empty when there is nothing to say."""
    found: str
    promise: str
    provisional: bool
    made: str
    """Device and seconds."""
    recorded: str
    disposition: Disposition | None = None


def describe_opened(opened: OpenedInspection) -> BannerWords:
    """Return the words of a recorded inspection."""
    record = opened.record
    gates = [gate_sentence(gate) for gate in record.gates]
    return BannerWords(
        verdict=record.verdict,
        score=record.score,
        limit=record.limit if record.limit is not None else LIMIT,
        title=record.file_name,
        subtitle=_name_product(record.product, record.product_version, record.serial),
        findings=tuple(dict.fromkeys([*gates, *map(tell, record.warnings)])),
        found=describe_regions(record.regions),
        promise=promise_sentence(record.calibration),
        provisional=bool(record.calibration.get("provisional")),
        made=_name_device(record.device, record.seconds),
        recorded=tr(
            "recorded {moment} by {name}", moment=format_moment(record.recorded_at), name=record.recorded_by.name
        ),
        disposition=record.dispositions[-1] if record.dispositions else None,
    )


def describe_not_recorded(lost: NotRecorded) -> BannerWords:
    """Return the words of a judgement that could not be saved."""
    judgement = lost.judgement
    return BannerWords(
        verdict=judgement.verdict.value,
        score=judgement.score,
        limit=judgement.limit,
        title=lost.file_name,
        subtitle="",
        findings=(lost.sentence, *(gate_sentence(gate) for gate in judgement.gates)),
        found=describe_regions(judgement.regions),
        promise=promise_sentence(judgement.calibration),
        provisional=judgement.calibration.provisional,
        made=_name_device(judgement.device, {"total": judgement.seconds.total}),
        recorded="",
    )


def describe_regions(regions: Sequence[NewRegion | Region]) -> str:
    """Return how many regions there are and where the strongest is."""
    if not regions:
        return tr("No region beyond the limit.")
    place = place_word(regions[0].place)
    if len(regions) == 1:
        return tr("1 region: {place}.", place=place)
    return trn(
        "{count} region, the strongest: {place}.", "{count} regions, the strongest: {place}.", len(regions), place=place
    )


def describe_disposition(disposition: Disposition) -> str:
    """Return a person's decision in a few words."""
    return tr(
        "{decision} by {name}",
        decision=decision_words(disposition.decision, disposition.severity),
        name=disposition.decided_by.name,
    )


def describe_seconds_left(seconds: float | None) -> str:
    """Return about how long it takes still; "" when nobody knows."""
    if seconds is None:
        return ""
    if seconds < 60:
        return trn("about {count} second left", "about {count} seconds left", max(1, round(seconds)))
    return trn("about {count} minute left", "about {count} minutes left", round(seconds / 60))


def _name_product(product: str | None, version: int | None, serial: str) -> str:
    parts = []
    if product is not None:
        parts.append(tr("{product}, version {version}", product=product, version=version))
    if serial:
        parts.append(tr("serial {serial}", serial=serial))
    return "  ·  ".join(parts)


def _name_device(device: str, seconds: Mapping[str, object]) -> str:
    total = seconds.get("total")
    if not isinstance(total, (int, float)):
        return device
    return tr("{device}, {seconds} s", device=device, seconds=format_number(total, 1))
