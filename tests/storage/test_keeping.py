"""Backups, restores and checks that last for years (D21, D22, D23), and the anchor of each day (D7)."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import integrity
from storage.anchors import fingerprint_key
from storage.automatic_backups import BackupPlan
from storage.errors import BackupFailed, DamagedDatabase, DiskFull, KnownError
from storage.records import Actor
from storage.restore_comparison import compare_backup
from storage.store import Store
from tests.storage.conftest import REASON, VERSION

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
WRITER = """
import pathlib, sys, time
from storage.records import Actor
from storage.store import Store
from tests.storage.conftest import build_inspection

home, stop = map(pathlib.Path, sys.argv[1:])
with Store.open(home, application_version="0.1.0") as store:
    number = 0
    while not stop.exists():
        begun = time.monotonic()
        store.record_inspection(build_inspection(store, f"{number}.png"), Actor("line", "agent"))
        number += 1
        print(number, flush=True)
        time.sleep(max(0.0, 0.2 - (time.monotonic() - begun)))
"""


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def timed(tmp_path, clock):
    with Store.open(tmp_path / "timed", application_version=VERSION, clock=clock) as store:
        yield store


def read_hashes(folder):
    with closing(sqlite3.connect(folder / "audit.sqlite")) as connection:
        return connection.execute("SELECT seq, hash FROM events ORDER BY seq").fetchall()


def plan(tmp_path, hours=24, keep=2):
    return BackupPlan(tmp_path / "backups", hours, keep)


def make(store, planned):
    return store.keeping.make_planned_backup(planned, store.backup)


def test_d21_a_backup_made_while_another_process_writes_5_inspections_a_second_is_a_prefix(store, ada, tmp_path):
    stop = tmp_path / "stop"
    command = [sys.executable, "-c", WRITER, store.home, stop]
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        for _ in range(5):
            writer.stdout.readline()
        store.backup(tmp_path / "backup", ada)
        for _ in range(3):
            writer.stdout.readline()
    finally:
        stop.touch()
        writer.communicate(timeout=30)
    Store.restore(tmp_path / "backup", tmp_path / "new", ada, application_version=VERSION)
    *restored, noted = read_hashes(tmp_path / "new")
    written = read_hashes(store.home)
    assert 5 < len(restored) < len(written)
    assert written[: len(restored)] == restored
    assert noted[0] == len(restored) + 1
    with Store.open(tmp_path / "new", application_version=VERSION) as copy:
        assert copy.verify().ok
        assert copy.count_inspections() >= 5


def test_d21_a_backup_is_due_when_the_newest_is_older_than_the_plan_wants(timed, clock, tmp_path):
    planned = plan(tmp_path)
    assert timed.keeping.is_backup_due(planned)
    made = make(timed, planned)
    assert made.events == 1
    assert not timed.keeping.is_backup_due(planned)
    clock.now += timedelta(hours=23, minutes=59)
    assert not timed.keeping.is_backup_due(planned)
    clock.now += timedelta(minutes=1)
    assert timed.keeping.is_backup_due(planned)
    assert not timed.keeping.is_backup_due(plan(tmp_path, hours=0))


def test_d21_a_clock_that_was_ahead_does_not_put_backups_off(timed, clock, tmp_path):
    clock.now += timedelta(days=300)
    make(timed, plan(tmp_path))
    clock.now = NOW
    assert timed.keeping.is_backup_due(plan(tmp_path))


def test_d21_old_backups_go_only_after_a_newer_one_and_it_is_recorded(timed, clock, tmp_path):
    planned = plan(tmp_path)
    (planned.folder / "anomalygpt-photos").mkdir(parents=True)
    names = []
    for _ in range(3):
        names.append(make(timed, planned).folder)
        clock.now += timedelta(days=1)
    assert [str(each.path) for each in timed.keeping.list_backups(planned)] == names[:0:-1]
    event = timed.list_events(limit=1)[0]
    assert (event.action, len(event.payload["removed"])) == ("backup.pruned", 1)
    assert (planned.folder / "anomalygpt-photos").is_dir()
    assert len(list(planned.folder.iterdir())) == 3


def test_d21_a_failed_backup_keeps_the_old_ones_and_is_recorded(timed, clock, tmp_path, monkeypatch):
    planned = plan(tmp_path, keep=1)
    make(timed, planned)
    clock.now += timedelta(days=1)
    assert timed.keeping.find_backup_failure() == ("", "")
    monkeypatch.setattr("storage.backup.flush_path", fail_full)
    with pytest.raises(DiskFull):
        make(timed, planned)
    monkeypatch.undo()
    failed_at, sentence = timed.keeping.find_backup_failure()
    assert failed_at.startswith("2026-11-26")
    assert "full" in sentence
    assert len(timed.keeping.list_backups(planned)) == 1
    clock.now += timedelta(minutes=1)
    make(timed, planned)
    assert timed.keeping.find_backup_failure() == ("", "")


def test_d21_two_stations_may_share_a_folder_for_backups(timed, store, tmp_path):
    planned = plan(tmp_path, keep=1)
    make(timed, planned)
    make(store, planned)
    assert [len(each.keeping.list_backups(planned)) for each in (timed, store)] == [1, 1]


def test_d22_a_backup_is_compared_with_what_is_there(filled, timed, make_inspection, ada, tmp_path):
    filled.backup(tmp_path / "backup", ada)
    shutil.copytree(tmp_path / "backup", tmp_path / "older")
    found = compare_backup(tmp_path / "backup", filled.home)
    assert (found.relation, found.events_missing, found.inspections_missing) == ("older", 1, 0)
    filled.record_inspection(make_inspection(filled, "new.png"), ada)
    found = compare_backup(tmp_path / "backup", filled.home)
    assert (found.relation, found.inspections_missing) == ("older", 1)
    assert found.current.last_event_at == filled.check_end().recorded_at
    assert compare_backup(tmp_path / "backup", timed.home).relation == "other"
    assert compare_backup(tmp_path / "backup", tmp_path / "nowhere").relation == "none"
    filled.backup(tmp_path / "newer", ada)
    assert compare_backup(tmp_path / "newer", tmp_path / "older").relation == "newer"
    assert compare_backup(tmp_path / "older", tmp_path / "older").relation == "same"
    assert compare_backup(tmp_path / "newer", tmp_path / "older").events_missing == 0


def test_d22_data_that_went_its_own_way_since_the_backup_is_told(filled, make_inspection, ada, tmp_path):
    filled.backup(tmp_path / "backup", ada)
    Store.restore(tmp_path / "backup", tmp_path / "restored", ada, application_version=VERSION)
    filled.record_inspection(make_inspection(filled, "new.png"), ada)
    with Store.open(tmp_path / "restored", application_version=VERSION) as other:
        other.record_inspection(make_inspection(other, "other.png"), ada)
        other.backup(tmp_path / "second", ada)
    found = compare_backup(tmp_path / "second", filled.home)
    assert found.relation == "parted"
    assert found.inspections_missing == 0


def test_d22_damaged_data_does_not_stop_the_comparison(filled, ada, tmp_path):
    filled.backup(tmp_path / "backup", ada)
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "audit.sqlite").write_bytes(b"no database at all" * 1000)
    assert compare_backup(tmp_path / "backup", tmp_path / "bad").relation == "unreadable"
    with pytest.raises(KnownError):
        compare_backup(tmp_path / "bad", filled.home)
    with pytest.raises(BackupFailed, match="holds no"):
        compare_backup(tmp_path / "nowhere", filled.home)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM events", "its chain is empty"),
        ("DELETE FROM events WHERE seq = 1", "its chain is empty"),
        ("UPDATE events SET payload = '{' WHERE seq = 1", "does not say which chain it holds"),
        ("UPDATE events SET payload = '[]' WHERE seq = 1", "does not say which chain it holds"),
        ("UPDATE events SET payload = '{}' WHERE seq = 1", "does not say which chain it holds"),
    ],
)
def test_d22_a_backup_whose_chain_was_tampered_with_is_refused_and_as_present_data_only_told(
    filled, ada, tmp_path, run_sql, statement, words
):
    for name in ("good", "bad"):
        filled.backup(tmp_path / name, ada)
    run_sql(tmp_path / "bad", "DROP TRIGGER events_no_update", "DROP TRIGGER events_no_delete", statement)
    with pytest.raises(DamagedDatabase, match=words):
        compare_backup(tmp_path / "bad", filled.home)
    found = compare_backup(tmp_path / "good", tmp_path / "bad")
    assert (found.relation, found.current) == ("unreadable", None)
    assert (found.events_missing, found.inspections_missing) == (0, 0)


def test_d22_a_backup_without_the_event_that_the_present_data_end_with_has_parted(filled, ada, tmp_path, run_sql):
    filled.backup(tmp_path / "older", ada)
    filled.backup(tmp_path / "newer", ada)
    ((end,),) = run_sql(tmp_path / "older", "SELECT max(seq) FROM events")
    run_sql(tmp_path / "newer", "DROP TRIGGER events_no_delete", f"DELETE FROM events WHERE seq = {end}")
    assert compare_backup(tmp_path / "newer", tmp_path / "older").relation == "parted"


def test_d22_a_backup_is_read_without_writing_beside_it(filled, ada, tmp_path):
    filled.backup(tmp_path / "backup", ada)
    before = sorted(path.name for path in (tmp_path / "backup").iterdir())
    compare_backup(tmp_path / "backup", filled.home)
    assert sorted(path.name for path in (tmp_path / "backup").iterdir()) == before


def test_d22_the_monthly_drill_restores_all_and_keeps_the_present_data_aside(filled, ada, tmp_path):
    """Everything a person would look at is the same in the restored home, which goes on with the same chain."""
    before = read_hashes(filled.home)
    filled.backup(tmp_path / "backup", ada)
    Store.restore(tmp_path / "backup", tmp_path / "restored", ada, application_version=VERSION)
    assert read_hashes(filled.home)[: len(before)] == before
    with Store.open(tmp_path / "restored", application_version=VERSION) as restored:
        for number in (1, 2):
            assert restored.get_inspection(number) == filled.get_inspection(number)
            assert restored.read_blob(restored.get_inspection(number).photo)
        assert restored.list_products(include_retired=True) == filled.list_products(include_retired=True)
        assert restored.list_events(limit=1)[0].action == "backup.restored"
        result, report = restored.keeping.check_fully(ada)
        assert (result.ok, report.problems) == (True, ())


def test_d23_checks_are_records_with_counts_and_duration(filled, ada):
    filled.anchor("close")
    quick = filled.keeping.check_quickly(ada)
    full, report = filled.keeping.check_fully(Actor("check", "agent"))
    assert quick.ok
    assert full.ok
    assert filled.keeping.list_checks() == [full, quick]
    assert filled.keeping.list_checks(kind="quick") == [quick]
    assert filled.keeping.find_recent_check() == full
    assert set(quick.checked) == {"events", "rows", "blobs", "anchors", "pages"}
    assert min(quick.checked.values()) > 0
    assert full.checked == report.checked
    assert (full.head_seq, full.head_hash) == (report.head_seq, report.head_hash)
    assert full.seconds > 0
    assert filled.verify().ok


def test_d23_a_home_that_was_never_checked_says_so(store):
    assert store.keeping.list_checks() == []
    assert store.keeping.find_recent_check() is None


def break_event(store, run_sql):
    run_sql(store.home, "DROP TRIGGER events_no_update", "UPDATE events SET actor = 'Eve' WHERE seq = 3")


def break_foreign_key(store, run_sql):
    query = "UPDATE dispositions SET inspection_id = 4711"
    run_sql(store.home, "DROP TRIGGER dispositions_no_update", "PRAGMA foreign_keys = OFF", query)


def break_anchor(store, run_sql):
    store.anchor("close")
    path = store.home / "anchors" / "anchors.jsonl"
    path.write_text(path.read_text().replace('"cause":"close"', '"cause":"pause"'))


def lose_file(store, run_sql):
    store.blob_path(store.get_inspection(1).photo.sha256).unlink()


def shorten_file(store, run_sql):
    path = store.blob_path(store.get_inspection(1).photo.sha256)
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("damage", [break_event, break_foreign_key, break_anchor, lose_file, shorten_file])
def test_d23_a_quick_check_finds_damage_of_the_newest_part(filled, ada, run_sql, damage):
    assert filled.keeping.check_quickly(ada).ok
    damage(filled, run_sql)
    with Store.open(filled.home, application_version=VERSION) as reopened:
        found = reopened.keeping.check_quickly(ada)
    assert not found.ok
    assert found.problems


def test_d23_a_quick_check_finds_a_damaged_page_that_holds_no_record(filled, ada, run_sql):
    ((page,),) = run_sql(filled.home, "SELECT rootpage FROM sqlite_master WHERE name = 'ix_turns_inspection_id'")
    filled.close()
    with (filled.home / "audit.sqlite").open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)
    with Store.open(filled.home, application_version=VERSION) as reopened:
        found = reopened.keeping.check_quickly(ada)
    assert any(sentence.startswith("audit.sqlite is damaged: ") for sentence in found.problems)
    assert found.checked["pages"] == 1


def test_d23_a_quick_check_says_what_stops_sqlite_from_looking(filled, ada):
    """A byte changed in a check of the structure: SQLite meets a function that nobody knows while it looks."""
    with closing(sqlite3.connect(filled.home / "audit.sqlite")) as client:
        client.execute("PRAGMA writable_schema = ON")
        query = "UPDATE sqlite_master SET sql = replace(sql, 'length(', 'Oength(') WHERE name = 'product_states'"
        client.execute(query)
        client.commit()
    filled.close()
    with Store.open(filled.home, application_version=VERSION) as reopened:
        found = reopened.keeping.check_quickly(ada)
    assert not found.ok
    assert any("unknown function: Oength" in sentence for sentence in found.problems)


def test_d23_the_quick_check_ends_in_time_however_large_the_file_is(filled, ada, monkeypatch):
    monkeypatch.setattr(integrity, "SQLITE_PATIENCE", -1.0)
    monkeypatch.setattr(integrity, "_STEPS_BETWEEN_LOOKS", 1)
    found = filled.keeping.check_quickly(ada)
    assert found.ok
    assert found.checked["pages"] == 0


def test_d23_what_cannot_be_recorded_any_more_is_still_told(filled, ada, monkeypatch):
    monkeypatch.setattr(integrity, "record_event", refuse)
    found = filled.keeping.check_quickly(ada)
    assert found.ok
    assert found.checked_at == ""


def test_d23_a_file_that_cannot_be_read_is_named(filled, ada, monkeypatch):
    def fail(self, blob):
        raise KnownError("The disk failed.")

    monkeypatch.setattr("storage.blobs.BlobFolder.require", fail)
    assert "cannot be read: The disk failed." in filled.keeping.check_quickly(ada).problems[0]


def test_d7_each_day_is_signed_once(timed, clock):
    first = timed.keeping.anchor_day()
    assert (first.cause, first.made_at[:10]) == ("day", "2026-11-25")
    assert timed.keeping.anchor_day() is None
    clock.now += timedelta(days=1)
    timed.record_event("shift.begun", "shift", 1, {}, Actor("Ada"), REASON)
    second = timed.keeping.anchor_day()
    assert second.seq == first.seq + 1
    assert timed.verify().checked["anchors"] == 2


def test_d7_the_fingerprint_is_short_and_of_the_key(timed):
    anchor = timed.anchor("demand")
    assert len(fingerprint_key(anchor.public_key).split()) == 8


def fail_full(_):
    raise OSError(28, "No space left on device")


def refuse(*_):
    raise KnownError("The database is read-only.")
