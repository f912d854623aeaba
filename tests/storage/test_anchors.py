"""Anchors show what the chain alone cannot: that its end was cut off, or that all of it was written anew (D7)."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage import anchors
from storage.anchors import KEY_ADDED, find_anchor_file, read_anchors
from storage.errors import StorageFailed
from storage.signing import SigningKey, is_signed
from storage.store import Store

VERSION = "0.1.0"


@pytest.fixture
def anchored(store, make_inspection, ada):
    """A store with two inspections, the second after the anchor."""
    store.record_inspection(make_inspection(store), ada)
    store.anchor("demand")
    store.record_inspection(make_inspection(store), ada)
    return store


def cut_off(home, keep):
    """Take away every event behind `keep`, and all they created, as somebody with the file in hand could."""
    with closing(sqlite3.connect(home / "audit.sqlite", isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name, _ in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        for table in tables:
            columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
            if "event_seq" in columns:
                connection.execute(f'DELETE FROM "{table}" WHERE event_seq > {keep}')
        connection.execute(f"DELETE FROM events WHERE seq > {keep}")
        for _, sql in triggers:
            connection.execute(sql)


def open_again(home):
    return Store.open(home, application_version=VERSION)


def test_d7_a_tail_that_was_cut_off_behind_the_last_anchor_is_not_noticed_but_before_it_is(anchored):
    home, [anchor] = anchored.home, list(read_anchors(anchored.home))
    anchored.close()

    cut_off(home, anchor.seq)
    with open_again(home) as store:
        assert store.verify().ok, "nothing signed is missing"
    cut_off(home, anchor.seq - 1)
    with open_again(home) as store:
        problems = store.verify().problems

    assert [problem.place for problem in problems if "cut off" in problem.sentence] == [f"event {anchor.seq}"]


def test_d7_an_anchor_at_close_binds_everything_recorded_before_it(store, make_inspection, ada):
    recorded = store.record_inspection(make_inspection(store), ada)
    store.anchor("close")
    home = store.home
    store.close()

    cut_off(home, recorded.event_seq - 1)

    with open_again(home) as cut:
        assert not cut.verify().ok


def test_an_untouched_database_agrees_with_its_anchors(anchored):
    anchored.anchor("close")
    report = anchored.verify()

    assert report.ok, report.problems
    assert report.checked["anchors"] == 2


def test_nothing_new_needs_no_new_anchor(anchored):
    first = anchored.anchor("close")

    assert anchored.anchor("day") == first
    assert len(list(read_anchors(anchored.home))) == 2


def test_the_chain_names_the_key_once_and_before_it_signs(anchored):
    anchored.anchor("close")
    named = [event for event in anchored.list_events() if event.action == KEY_ADDED]

    assert len(named) == 1
    assert named[0].payload["public_key"] == SigningKey.load_or_make(anchored.home).public_key
    assert all(named[0].seq <= anchor.seq for anchor in read_anchors(anchored.home))


@pytest.mark.parametrize(
    "name", ["chain", "seq", "head_hash", "made_at", "cause", "application", "public_key", "signature"]
)
def test_an_altered_field_of_an_anchor_is_named(anchored, name):
    path = find_anchor_file(anchored.home)
    values = json.loads(path.read_text())
    values[name] = values[name] + 1 if isinstance(values[name], int) else "0" + str(values[name])[1:-1] + "f"
    path.write_text(json.dumps(values) + "\n")

    report = anchored.verify()

    assert [problem.place.split()[0] for problem in report.problems] == ["anchor"]


def test_a_line_that_is_no_anchor_is_named(anchored):
    with find_anchor_file(anchored.home).open("a") as file:
        file.write("{broken\n")

    [problem] = anchored.verify().problems

    assert problem.place == "anchors.jsonl, line 2"


@pytest.mark.parametrize(
    "change",
    [{"comment": "put in"}, {"seq": "2"}, {"seq": None}, {"cause": 7}, {"signature": None}],
    ids=["one field more", "number as text", "no number", "number in place of text", "no signature"],
)
def test_a_line_with_the_wrong_fields_is_no_anchor(anchored, change):
    path = find_anchor_file(anchored.home)
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}) + "\n")

    assert [problem.place for problem in anchored.verify().problems] == ["anchors.jsonl, line 1"]


def test_a_line_without_one_of_its_fields_is_no_anchor(anchored):
    path = find_anchor_file(anchored.home)
    path.write_text(json.dumps({"seq": 2, "chain": "only two"}) + "\n")

    assert [problem.place for problem in anchored.verify().problems] == ["anchors.jsonl, line 1"]


def test_d7_a_file_that_ends_in_no_anchor_is_not_trusted_and_a_new_one_is_signed(anchored):
    with find_anchor_file(anchored.home).open("a") as file:
        file.write("{broken\n")
    assert anchored.find_newest_anchor() is None

    signed = anchored.anchor("close")

    assert signed.seq == anchored.check_end().seq
    assert find_anchor_file(anchored.home).read_text().splitlines()[-1].endswith("}")
    assert [problem.place for problem in anchored.verify().problems] == ["anchors.jsonl, line 2"]


def test_d7_a_chain_written_anew_does_not_match_the_anchor_that_names_its_end(anchored, run_sql):
    """Whoever hashes all events anew still cannot sign the new end."""
    [anchor] = read_anchors(anchored.home)
    run_sql(
        anchored.home,
        "DROP TRIGGER events_no_update",
        f"UPDATE events SET hash = '{'ab' * 32}' WHERE seq = {anchor.seq}",
    )

    sentences = [problem.sentence for problem in anchored.verify().problems]

    assert (
        f"event {anchor.seq} is not the one that the anchor of {anchor.made_at} names: the chain was written anew."
        in (sentences)
    )


def test_two_processes_that_sign_for_the_first_time_at_once_name_the_key_once(store, monkeypatch):
    """Another process names the key after this one has looked and before it holds the lock."""
    read_keys = anchors._read_keys

    def let_another_be_quicker(connection):
        found = read_keys(connection)
        monkeypatch.setattr(anchors, "_read_keys", read_keys)
        with open_again(store.home) as other:
            other.anchor("close")
        return found

    monkeypatch.setattr(anchors, "_read_keys", let_another_be_quicker)
    store.anchor("demand")

    assert [event.action for event in store.list_events()].count(KEY_ADDED) == 1
    assert store.verify().ok


def test_an_anchor_signed_with_a_strangers_key_is_named(anchored, tmp_path):
    home = anchored.home
    shutil.rmtree(home / "keys")
    stranger = SigningKey.load_or_make(home)
    [anchor] = read_anchors(home)
    forged = {**anchor.__dict__, "public_key": stranger.public_key}
    forged = type(anchor)(**forged)
    values = {**forged.__dict__, "signature": stranger.sign(forged.signed_bytes)}
    find_anchor_file(home).write_text(json.dumps(values) + "\n")

    [problem] = anchored.verify().problems

    assert "key that the chain does not know" in problem.sentence


def test_an_anchor_of_another_database_is_named(anchored, empty_home, tmp_path, make_inspection, ada):
    other = Path(shutil.copytree(empty_home, tmp_path / "other"))
    (other / "audit.sqlite").unlink()
    with open_again(other) as store:
        store.record_inspection(make_inspection(store), ada)
        store.anchor("close")
        [theirs] = read_anchors(other)
    find_anchor_file(anchored.home).write_text(find_anchor_file(other).read_text())

    sentences = [problem.sentence for problem in anchored.verify().problems]

    assert theirs.chain
    assert any("another database" in sentence for sentence in sentences)


def test_anchors_that_vanished_are_warned_of(anchored):
    find_anchor_file(anchored.home).unlink()
    report = anchored.verify()

    assert report.ok
    assert any("anchors.jsonl" in warning.sentence for warning in report.warnings)


def test_the_key_is_for_its_owner_only_and_stays_the_same(home):
    key = SigningKey.load_or_make(home)

    assert SigningKey.load_or_make(home).public_key == key.public_key
    assert (home / "keys" / "anchors.pem").stat().st_mode & 0o077 == 0
    assert list((home / "keys").iterdir()) == [home / "keys" / "anchors.pem"]


def test_a_file_that_is_no_key_is_refused_with_what_to_do(home):
    SigningKey.load_or_make(home)
    (home / "keys" / "anchors.pem").write_text("not a key")

    with pytest.raises(StorageFailed, match="bring it back"):
        SigningKey.load_or_make(home)


def test_a_signature_holds_for_its_bytes_and_key_only(home, tmp_path):
    key = SigningKey.load_or_make(home)
    (tmp_path / "other").mkdir()
    other = SigningKey.load_or_make(tmp_path / "other")
    signature = key.sign(b"chain")

    assert is_signed(key.public_key, signature, b"chain")
    assert not is_signed(key.public_key, signature, b"other chain")
    assert not is_signed(other.public_key, signature, b"chain")
    assert not is_signed("no key", signature, b"chain")


def test_a_backup_carries_the_anchors_but_not_the_key(anchored, tmp_path, ada):
    anchored.anchor("close")
    anchored.backup(tmp_path / "copy", ada)
    Store.restore(tmp_path / "copy", tmp_path / "new", ada, application_version=VERSION)

    with open_again(tmp_path / "new") as store:
        assert store.verify().ok
        assert store.verify().checked["anchors"] == 2
        assert not (tmp_path / "new" / "keys").exists()
        store.anchor("close")
        assert store.verify().ok, "a restored station signs with a key of its own"
