"""The chain: recomputed here by hand with the standard library only, stamped with times, shared by processes."""

import hashlib
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone

import pytest

from storage.errors import InvalidRecord
from storage.records import Actor
from storage.store import Store

WRITER = """
import sys
from pathlib import Path
from storage.records import Actor, NewInspection, NewRegion
from storage.store import Store
home, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
with Store.open(home, application_version="0.1.0") as store:
    for number in range(count):
        photo = store.put_blob(f"{name} {number}".encode())
        shared = store.put_blob(f"shared {number}".encode())
        regions = (NewRegion(1, 2, 3, 4, 12, 1.5, 1.25, "center"),)
        inspection = NewInspection(photo=photo, mask=shared, file_name=f"{name}-{number}", width=1, height=1,
                                   device="cpu", regions=regions)
        recorded = store.record_inspection(inspection, Actor(name))
        print(recorded.id, recorded.record_hash, flush=True)
"""


class SteppingClock:
    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return SteppingClock(datetime(2026, 3, 1, 12, 0, 0, 250, tzinfo=timezone(timedelta(hours=1), "CET")))


@pytest.fixture
def timed(home, clock):
    clock.now = datetime.now(UTC) + timedelta(days=400)
    with Store.open(home, application_version="0.1.0", clock=clock) as store:
        yield store


def read_all(home, table, order):
    with closing(sqlite3.connect(home / "audit.sqlite")) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY {order}")]


def sha256_of(value):
    """Canonical JSON for values without floats or odd keys, by the standard library alone."""
    return hashlib.sha256(
        json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    ).hexdigest()


def start_writer(home, name, count, project):
    command = [sys.executable, "-c", WRITER, str(home), name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=project)


def test_the_chain_can_be_recomputed_with_the_standard_library_alone(filled):
    previous = "0" * 64
    for number, event in enumerate(read_all(filled.home, "events", "seq"), start=1):
        said = event.pop("hash")
        assert (event["seq"], event["previous_hash"], sha256_of(event)) == (number, previous, said)
        previous = said


def test_every_row_digest_can_be_recomputed_too(filled):
    events = read_all(filled.home, "events", "seq")
    cited = {(table, tuple(key)): digest for event in events for table, key, digest, _ in json.loads(event["rows"])}
    products = read_all(filled.home, "product_versions", "id")
    for row in products:
        assert cited["product_versions", (row["id"],)] == sha256_of({"table": "product_versions", "row": row})


def test_an_event_cites_every_blob_its_change_rests_on(filled):
    recorded = filled.get_inspection(1)
    (event,) = [event for event in read_all(filled.home, "events", "seq") if event["seq"] == recorded.event_seq]
    cited = {sha256 for sha256, _ in json.loads(event["blobs"])}
    assert {recorded.photo.sha256, recorded.map.sha256, recorded.mask.sha256, recorded.query.mask.sha256} == cited


def test_an_event_says_who_did_what_to_which_object_and_with_which_version(filled):
    event = next(event for event in filled.list_events() if event.action == "model_pack.installed")
    assert (event.object_type, event.object_id) == ("model_pack", "dinov2-small")
    assert (event.actor, event.payload) == (Actor("Ada"), {"sha256": "ab" * 32})
    assert read_all(filled.home, "events", "seq DESC")[0]["application"] == "0.1.0"


def test_times_are_utc_with_microseconds_beside_offset_and_zone(timed, clock, ada):
    clock.now = datetime(2099, 3, 1, 12, 0, 0, 250, tzinfo=timezone(timedelta(hours=1), "CET"))
    event = timed.record_event("test", "test", "1", {}, ada)
    assert (event.recorded_at, event.local_offset, event.zone) == ("2099-03-01T11:00:00.000250Z", "+01:00", "CET")


@pytest.mark.parametrize(("step", "noted"), [(0.9, False), (1.0, False), (1.1, True), (86400.0, True)])
def test_a_clock_set_back_by_more_than_a_second_leaves_an_event(timed, clock, ada, step, noted):
    before = timed.record_event("test", "test", "1", {}, ada)
    clock.now -= timedelta(seconds=step)
    after = timed.record_event("test", "test", "2", {}, ada)
    assert after.seq == before.seq + 1 + noted
    if noted:
        (note,) = timed.list_events(limit=1, before_seq=after.seq)
        assert (note.action, note.payload["seconds"]) == ("clock.stepped_back", step)
    assert timed.verify().ok


@pytest.mark.parametrize("name", ["", "   ", "\n"])
def test_nobody_acts_without_a_name(name):
    with pytest.raises(InvalidRecord, match="empty"):
        Actor(name)


def test_nobody_is_of_an_unknown_kind():
    with pytest.raises(InvalidRecord, match="person, agent"):
        Actor("Ada", "robot")


@pytest.mark.parametrize("payload", [{"x": float("nan")}, {"x": "\ud800"}, {"x": b"bytes"}, {"x": 2**60}])
def test_what_cannot_be_hashed_is_refused_and_leaves_nothing(store, ada, payload):
    with pytest.raises(InvalidRecord, match="Nothing was recorded, because"):
        store.record_event("test", "test", "1", payload, ada)
    assert len(store.list_events()) == 1


def test_two_processes_writing_at_once_make_one_chain(home, project):
    writers = [start_writer(home, name, 50, project) for name in ("left", "right")]
    printed = [writer.communicate(timeout=60)[0].split() for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0]
    with Store.open(home, application_version="0.1.0") as store:
        report = store.verify()
        recorded = {str(line.id): line.record_hash for line in store.list_inspections(limit=200)}
    assert (report.ok, report.head_seq, len(recorded)) == (True, 101, 100)
    assert recorded == {key: value for lines in printed for key, value in zip(lines[::2], lines[1::2], strict=True)}


def test_two_processes_making_the_same_home_at_once_make_it_once(tmp_path, project):
    writers = [start_writer(tmp_path / "new", name, 1, project) for name in ("left", "right", "middle")]
    for writer in writers:
        writer.communicate(timeout=60)
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    with Store.open(tmp_path / "new", application_version="0.1.0") as store:
        assert [event.action for event in store.list_events()].count("database.created") == 1
        assert store.verify().ok
