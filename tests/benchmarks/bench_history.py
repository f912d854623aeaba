"""How long a page of the history takes at 10,000 and 100,000 inspections: every order, every filter, deep pages.

    python tests/benchmarks/bench_history.py [--sizes 10000 100000] [--keep FOLDER]

The store is filled through the ledger that every recording goes through, with the same rows, hashes and chain as in a
plant, only many inspections per commit, and with a few hundred pictures cited again and again. Times are the median and
the worst of several runs on an open store; the first page of a freshly opened store is measured on its own.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter

from storage import recording
from storage.audit_chain import Change
from storage.records import (
    Actor,
    BlobRef,
    HistoryOrder,
    InspectionFilter,
    InspectionSummary,
    NewInspection,
    NewReference,
    NewRegion,
)
from storage.store import Store

PRODUCTS = ("flange", "gear", "Größenring", "housing left", "housing right", "bolt M8")
PEOPLE = tuple(Actor(name) for name in ("Ada Lovelace", "Grace Hopper", "Jürgen Müller", "王芳"))
REASONS = ("scratch is within the drawing's limits", "crack confirmed under the microscope", "oil, wiped off and good")
PLACES = ("top left", "center", "bottom right")
FIRST_DAY = datetime(2025, 1, 1, 6, tzinfo=UTC)
PER_COMMIT = 2000
RUNS = 7
PAGE = 200
"""Rows of one page of the window's history."""


def fill(home: Path, count: int, seed: int = 7) -> None:
    """Record `count` inspections over a year and a half, with regions; every third of those not accepted is decided."""
    chance = random.Random(seed)
    clock = _Clock(count)
    with Store.open(home, application_version="benchmark", clock=clock) as store:
        pictures = [store.put_blob(f"picture {number}".encode() * 20) for number in range(300)]
        versions = [
            store.add_product(name, [NewReference(pictures[place], "good.png")], {}, PEOPLE[0]).id
            for place, name in enumerate(PRODUCTS)
        ]
        made = make_inspections(chance, pictures, versions)
        for start in range(0, count, PER_COMMIT):
            with store._ledger.entry() as entry:
                for inspection in islice(made, min(PER_COMMIT, count - start)):
                    clock.tick()
                    _record(entry, inspection, chance)


def make_inspections(chance: random.Random, pictures: list[BlobRef], versions: list[int]) -> Iterator[NewInspection]:
    """Yield inspections like a line makes them, without end."""
    number = 0
    while True:
        number += 1
        score = round(min(chance.lognormvariate(3.1, 0.6), 100.0), 2)
        verdict = "accept" if score < 40 else "review" if score < 50 else "reject"
        regions = 0 if verdict == "accept" else chance.randint(1, 10)
        yield NewInspection(
            photo=chance.choice(pictures),
            file_name=f"cam{chance.randint(1, 4)}_{number:07d}.jpg",
            width=4000,
            height=3000,
            product_version_id=chance.choice(versions),
            verdict=verdict,
            score=score,
            limit=50.0,
            p_value=0.01,
            raw_score=1.2,
            calibration={"rule": "student-t", "parts": 12, "alpha": 0.05, "promise": "at most 5 % of good parts"},
            map=chance.choice(pictures),
            mask=chance.choice(pictures),
            overlay=chance.choice(pictures),
            regions=tuple(_make_region(chance, place) for place in range(regions)),
            model_packs=({"name": "dinov2-vits14", "version": "1", "sha256": "ab" * 32},) * 2,
            device="cpu (OpenVINO, bfloat16)",
            seconds={"decode": 0.05, "features": 0.3, "score": 0.02, "total": 0.4},
            configuration={"tile": 448, "neighbours": 3, "notes": "x" * 600},
            nearest_reference=0,
            serial=f"SN-{chance.randint(0, 10**8):08d}",
        )


def _make_region(chance: random.Random, place: int) -> NewRegion:
    peak = round(chance.uniform(1, 4), 3)
    return NewRegion(chance.randint(0, 3900), 20 * place, 60, 40, 1800, peak, peak / 2, chance.choice(PLACES))


def _record(entry: recording.Entry, inspection: NewInspection, chance: random.Random) -> None:
    """What `record_inspection` does, within a transaction that goes on; then, sometimes, a person's decision."""
    entry._now = entry._stamp.clock()
    row = entry.add(recording._make_inspection(entry, inspection))
    recording._add_regions(entry, row.id, inspection)
    payload = {"file_name": inspection.file_name, "verdict": inspection.verdict, "score": inspection.score}
    entry.seal(Change(chance.choice(PEOPLE), "inspection.recorded", "inspection", row.id, payload=payload))
    if inspection.verdict != "accept" and chance.random() < 0.33:
        reason, decision = chance.choice(REASONS), chance.choice(("rework", "scrap", "use-as-is"))
        entry.add(
            recording.schema.Disposition(
                id=entry.next_key(recording.schema.Disposition),
                event_seq=entry.seq,
                inspection_id=row.id,
                decision=decision,
                code="scratch",
                reason=reason,
            )
        )
        entry.seal(Change(chance.choice(PEOPLE), "disposition.added", "inspection", row.id, reason, {"new": decision}))


class _Clock:
    """Spreads the inspections over a year and a half."""

    def __init__(self, count: int) -> None:
        self._now = FIRST_DAY
        self._step = timedelta(days=540) / count

    def __call__(self) -> datetime:
        return self._now

    def tick(self) -> None:
        self._now += self._step


ORDERS = {
    "newest": HistoryOrder(),
    "oldest": HistoryOrder(descending=False),
    "verdict": HistoryOrder("verdict"),
    "score": HistoryOrder("score"),
    "product": HistoryOrder("product", descending=False),
    "file name": HistoryOrder("file_name", descending=False),
    "serial": HistoryOrder("serial", descending=False),
    "decision": HistoryOrder("decision"),
    "person": HistoryOrder("person", descending=False),
}
FILTERS = {
    "verdicts": InspectionFilter(verdicts=("review", "reject")),
    "product": InspectionFilter(product="gear"),
    "7 days": InspectionFilter(since="2025-03-01", until="2025-03-08"),
    "unreviewed": InspectionFilter(verdicts=("review", "reject"), disposition="none"),
    "scrapped": InspectionFilter(disposition="scrap"),
    "serial": InspectionFilter(serial="SN-0042"),
    "text, many": InspectionFilter(text="cam1"),
    "text, none": InspectionFilter(text="no such text"),
    "text in reasons": InspectionFilter(text="microscope"),
    "all of them": InspectionFilter(
        product="flange", verdicts=("reject",), since="2025-03", disposition="none", text="cam2"
    ),
}


def measure(home: Path) -> Iterator[tuple[str, float, float]]:
    """Yield what was measured, its median and its worst, in milliseconds."""
    with Store.open(home, application_version="benchmark") as store:
        yield _time("first page after opening", lambda: store.list_inspections(limit=PAGE), runs=1)
        for name, order in ORDERS.items():
            yield _time(f"page by {name}", lambda order=order: store.list_inspections(limit=PAGE, order=order))
            line = _find_middle(store, order)
            yield _time(
                f"page by {name}, halfway",
                lambda order=order, line=line: store.list_inspections(limit=PAGE, order=order, after=line),
            )
        for name, matching in FILTERS.items():
            yield _time(f"filter {name}", lambda matching=matching: store.list_inspections(matching, PAGE))
            yield _time(f"count {name}", lambda matching=matching: store.count_inspections(matching))
        by_score = HistoryOrder("score")
        yield _time("unreviewed by score", lambda: store.list_inspections(FILTERS["unreviewed"], PAGE, order=by_score))
        yield _time("count of everything", store.count_inspections)
        yield _time("next unreviewed", lambda: store.find_next_unreviewed(1))
        yield _time("recent reasons", store.list_recent_reasons)


def _find_middle(store: Store, order: HistoryOrder) -> InspectionSummary:
    """A line halfway, as it would be the last of a page."""
    middle = store.get_inspection(store.count_inspections() // 2)
    (line,) = store.list_inspections(InspectionFilter(ids=(middle.id,)))
    return replace(line)


def _time(name: str, work: Callable[[], object], runs: int = RUNS) -> tuple[str, float, float]:
    times = []
    for _ in range(runs):
        started = perf_counter()
        work()
        times.append(1000 * (perf_counter() - started))
    return name, median(times), max(times)


def main() -> None:
    """Fill, measure and print one table per size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--keep", type=Path, help="fill these folders, or use them when they are filled already")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for size in options.sizes:
            home = (options.keep or Path(folder)) / str(size)
            if not home.exists():
                started = perf_counter()
                fill(home, size)
                print(f"filled with {size} inspections in {perf_counter() - started:.0f} s")
            megabytes = (home / "audit.sqlite").stat().st_size / 1e6
            print(f"\n| {size} inspections, {megabytes:.0f} MB | median, ms | worst, ms |\n|---|---|---|")
            for name, typical, worst in measure(home):
                print(f"| {name} | {typical:.1f} | {worst:.1f} |", flush=True)


if __name__ == "__main__":
    main()
