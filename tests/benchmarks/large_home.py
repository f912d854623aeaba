"""A home folder as it is after years at a line: 100,000 inspections with all that machine and people put beside them.

Filled through the ledger that every recording goes through, with the same rows, hashes and chain as in a plant, only
many inspections per commit, and with a few hundred small photos cited again and again. The same seed makes the same
home, whatever the day; a home that is there already is used as it is.
"""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from PIL import Image

from storage import recording, schema
from storage.audit_chain import Change, Entry
from storage.records import Actor, BlobRef, NewInspection, NewQuery, NewReference, NewRegion, NewTurn
from storage.store import Store

PRODUCTS = ("flange", "gear", "Größenring", "housing left", "bolt M8")
PEOPLE = tuple(Actor(name) for name in ("Ada Lovelace", "Grace Hopper", "Jürgen Müller", "王芳"))
STATION, ANSWERER = Actor("station 4", "agent"), Actor("facts", "agent")
REASONS = (
    "scratch is within the drawing's limits",
    "crack confirmed under the microscope",
    "oil, wiped off and good",
    "Grat an der Kante, wird nachgearbeitet",
    "裂纹经显微镜检查后得到确认",
)
COMMENTS = (
    "the lamp flickered when this one was taken",
    "same cavity as yesterday, tool number {n}",
    "Kunde hat das Teil mit der Größe {n} reklamiert",
    "左上角有划痕，请复查 {n}",
)
QUESTIONS = ("What is wrong with this part?", "Ist das ein Kratzer?", "这是裂纹吗？", "How large is region {n}?")
ANSWERS = (
    "The part is rejected: region 1 at the top left peaks at {n} % over the limit. Nearest reference: number 3.",
    "Ja, ein Kratzer, {n} Pixel lang, oben links. Die übrigen Bereiche liegen unter der Grenze.",
    "是的，左上角有一条长 {n} 像素的裂纹。",
    "It is {n} pixels wide; the dark stain beside it stays under the limit and is not counted.",
)
QUERIES = ("crack", "scratch", "dark stain", "Kratzer", "裂纹", "burr on the edge")
PLACES = ("top left", "center", "bottom right")
FIRST_DAY = datetime(2025, 1, 1, 6, tzinfo=UTC)
DAYS = 540
PER_COMMIT = 2000
PHOTOS = 300


class Days:
    """A clock that spreads so many inspections over a year and a half."""

    def __init__(self, count: int) -> None:
        self._now = FIRST_DAY
        self._step = timedelta(days=DAYS) / count

    def __call__(self) -> datetime:
        return self._now

    def tick(self) -> None:
        self._now += self._step


def fill_home(home: Path, count: int, seed: int = 7) -> None:
    """Make a home with so many inspections, or leave the one that is there."""
    if home.exists():
        return
    chance, clock = random.Random(seed), Days(count)
    with Store.open(home, application_version="benchmark", clock=clock) as store:
        photos = [store.put_blob(make_photo(chance)) for _ in range(PHOTOS)]
        versions = [
            store.add_product(name, [NewReference(photos[place], "good.png")], {"alpha": 0.05}, PEOPLE[0]).id
            for place, name in enumerate(PRODUCTS)
        ]
        made = make_inspections(chance, photos, versions)
        for start in range(0, count, PER_COMMIT):
            with store._ledger.entry() as entry:
                for inspection in islice(made, min(PER_COMMIT, count - start)):
                    clock.tick()
                    _record(entry, inspection, chance)


def make_photo(chance: random.Random) -> bytes:
    """A small JPEG, different each time."""
    photo = Image.effect_noise((48, 36), 20).convert("L")
    photo.putpixel((0, 0), chance.randint(0, 255))
    file = io.BytesIO()
    photo.save(file, "JPEG", comment=str(chance.random()).encode())
    return file.getvalue()


def make_inspections(chance: random.Random, photos: list[BlobRef], versions: list[int]) -> Iterator[NewInspection]:
    """Yield inspections as a line makes them, without end: 1 to 10 regions unless accepted, one in ten asked about."""
    number = 0
    while True:
        number += 1
        score = round(min(chance.lognormvariate(3.1, 0.6), 100.0), 2)
        verdict = "accept" if score < 40 else "review" if score < 50 else "reject"
        regions = 1 if verdict == "accept" else chance.randint(1, 10)
        yield make_inspection(
            chance,
            photos,
            file_name=f"cam{chance.randint(1, 4)}_{number:07d}.jpg",
            product_version_id=chance.choice(versions),
            verdict=verdict,
            score=score,
            regions=tuple(_make_region(chance, place) for place in range(regions)),
            serial=f"SN-{chance.randint(0, 10**8):08d}",
            query=NewQuery(chance.choice(QUERIES)) if chance.random() < 0.08 else None,
            turns=tuple(_converse(chance)) if chance.random() < 0.1 else (),
        )


def make_inspection(chance: random.Random, photos: list[BlobRef], **changes: object) -> NewInspection:
    """One inspection with what every one carries; `changes` is the rest."""
    values = {
        "photo": chance.choice(photos),
        "width": 4000,
        "height": 3000,
        "limit": 50.0,
        "p_value": 0.01,
        "raw_score": 1.2,
        "calibration": {"rule": "student-t", "parts": 12, "alpha": 0.05, "promise": "at most 5 % of good parts"},
        "map": chance.choice(photos),
        "mask": chance.choice(photos),
        "overlay": chance.choice(photos),
        "model_packs": ({"name": "dinov2-vits14", "version": "1", "sha256": "ab" * 32},) * 2,
        "device": "cpu (OpenVINO, bfloat16)",
        "seconds": {"decode": 0.05, "features": 0.3, "score": 0.02, "total": 0.4},
        "configuration": {"tile": 448, "neighbours": 3, "notes": "x" * 600},
        "nearest_reference": 0,
    }
    return NewInspection(**{**values, **changes})


def _make_region(chance: random.Random, place: int) -> NewRegion:
    peak = round(chance.uniform(1, 4), 3)
    return NewRegion(chance.randint(0, 3900), 20 * place, 60, 40, 1800, peak, peak / 2, chance.choice(PLACES))


def _converse(chance: random.Random) -> Iterator[NewTurn]:
    for _ in range(chance.randint(1, 3)):
        which, length = chance.randrange(len(QUESTIONS)), chance.randint(3, 300)
        yield NewTurn("user", QUESTIONS[which].format(n=length))
        answer = ANSWERS[which].format(n=length)
        yield NewTurn("assistant", answer, "facts", "You see the facts of one inspection. " * 10, stop_cause="end")


def _record(entry: Entry, inspection: NewInspection, chance: random.Random) -> None:
    """What `record_inspection` does, within a transaction that goes on; then, sometimes, what a person adds."""
    entry._now = entry._stamp.clock()
    row = entry.add(recording._make_inspection(entry, inspection))
    recording._add_regions(entry, row.id, inspection)
    if inspection.query is not None:
        recording._add_query(entry, row.id, inspection.query)
    for turn in inspection.turns:
        recording._add_turn(entry, row.id, turn)
    payload = {"file_name": inspection.file_name, "verdict": inspection.verdict, "score": inspection.score}
    entry.seal(Change(STATION, "inspection.recorded", "inspection", row.id, payload=payload))
    if inspection.verdict != "accept" and chance.random() < 0.33:
        _decide(entry, row.id, chance)
    if chance.random() < 0.03:
        _comment(entry, row.id, chance)


def _decide(entry: Entry, inspection_id: int, chance: random.Random) -> None:
    reason, decision = chance.choice(REASONS), chance.choice(("accept", "rework", "scrap", "use-as-is"))
    row = schema.Disposition(
        id=entry.next_key(schema.Disposition),
        event_seq=entry.seq,
        inspection_id=inspection_id,
        decision=decision,
        code="scratch",
        reason=reason,
        severity="minor",
    )
    entry.add(row)
    change = Change(chance.choice(PEOPLE), "disposition.added", "inspection", inspection_id, reason, {"new": decision})
    entry.seal(change)


def _comment(entry: Entry, inspection_id: int, chance: random.Random) -> None:
    text = chance.choice(COMMENTS).format(n=chance.randint(1, 400))
    key = entry.next_key(schema.Comment)
    row = entry.add(schema.Comment(id=key, event_seq=entry.seq, inspection_id=inspection_id, text=text))
    payload = {"comment": row.id}
    entry.seal(Change(chance.choice(PEOPLE), "comment.added", "inspection", inspection_id, payload=payload))
