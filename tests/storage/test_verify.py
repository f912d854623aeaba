"""Verification: whatever is changed is found and named, and what is untouched passes."""

import os
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from storage import schema
from storage.blobs import BlobFolder
from storage.database import open_engine
from storage.errors import KnownError
from storage.findings import name_row
from storage.store import Store
from storage.verify import verify_database

COLUMNS = [(table.name, column.name) for table in schema.AUDITED_TABLES for column in table.columns]
KEY_COLUMNS = {(table.name, column.name) for table in schema.AUDITED_TABLES for column in table.primary_key}
EXAMPLES = int(os.environ.get("ANOMALYGPT_TAMPER_EXAMPLES", "170"))
"""How many random places each of the three properties tries; more on demand."""
ANYWHERE = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Tampering:
    """A copy of a home folder, and what somebody with any SQLite client and much patience can do to it."""

    def __init__(self, home):
        self.home = home

    def run(self, *statements):
        """Run SQL with the triggers and the checks out of the way, and put the triggers back as they were."""
        with closing(self._connect()) as connection:
            triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for name, _ in triggers:
                connection.execute(f"DROP TRIGGER {name.decode()}")
            for statement, *values in statements:
                connection.execute(statement, values)
            for _, sql in triggers:
                connection.execute(sql.decode())

    def read(self, statement, *values):
        with closing(self._connect()) as connection:
            return connection.execute(statement, values).fetchall()

    def verify(self):
        with Store.open(self.home, application_version="0.1.0") as store:
            return store.verify()

    def places(self):
        return [problem.place for problem in self.verify().problems]

    def _connect(self):
        connection = sqlite3.connect(self.home / "audit.sqlite", isolation_level=None)
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.text_factory = bytes
        return connection


@pytest.fixture
def tampering(tmp_path, full_home):
    return Tampering(Path(shutil.copytree(full_home, tmp_path / "tampered")))


def test_an_untouched_database_passes(filled):
    report = filled.verify()
    assert report.ok
    assert (report.problems, report.warnings) == ((), ())


def test_a_fresh_database_passes(store):
    assert store.verify().ok


def test_the_report_says_how_much_was_checked_and_where_the_chain_ends(filled, run_sql):
    report = filled.verify()
    ((seq, head),) = run_sql(filled.home, "SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1")
    assert (report.head_seq, report.head_hash, report.checked["events"]) == (seq, head, seq)
    assert report.checked["blobs"] == run_sql(filled.home, "SELECT count(*) FROM blobs")[0][0]


def test_progress_rises_to_the_end(filled):
    shares = []
    filled.verify(lambda share, words: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


@ANYWHERE
@given(data=st.data())
def test_any_changed_byte_of_any_row_is_found_and_named(full_home, tmp_path_factory, data):
    tampering = Tampering(Path(shutil.copytree(full_home, tmp_path_factory.mktemp("byte") / "home")))
    table, column = data.draw(st.sampled_from(COLUMNS))
    key, before = pick_row(data, tampering, table, column)
    after = data.draw(change_one_byte(before))
    where = " AND ".join(f"{name} = ?" for name in key_names(table))
    key_values = decode(key)
    try:
        new = "CAST(? AS TEXT)" if isinstance(after, bytes) else "?"
        tampering.run((f"UPDATE {table} SET {column} = {new} WHERE {where}", after, *key_values))
    except sqlite3.IntegrityError:
        assume(False)  # the database refuses this value by itself
    places = tampering.places()
    assert expected_place(table, column, key_values) in places
    if (table, column) not in KEY_COLUMNS and table != "events":
        assert places[0] == f"{name_row(table, key_values)}, column {column}"


def test_a_lost_file_that_no_row_cites_any_more_is_named_by_its_hash(tampering):
    ((sha256,),) = tampering.read("SELECT map_sha256 FROM inspections WHERE id = 1")
    name = sha256.decode()
    tampering.run(("UPDATE inspections SET map_sha256 = NULL WHERE id = 1",))
    (tampering.home / "blobs" / name[:2] / name[2:]).unlink()
    places = tampering.places()
    assert f"blob {name[:12]}" in places
    assert "inspection 1, column map_sha256" in places


@pytest.mark.parametrize("name", ["../../../etc/passwd", "AB" * 32, ""])
def test_a_file_that_is_not_named_by_a_hash_is_looked_for_nowhere(tampering, name):
    tampering.run(("UPDATE blobs SET sha256 = ? WHERE sha256 = (SELECT min(sha256) FROM blobs)", name))
    report = tampering.verify()
    assert any("is not named by the hash of a file" in problem.sentence for problem in report.problems)


@ANYWHERE
@given(data=st.data())
def test_any_changed_byte_of_any_blob_is_found_and_named(full_home, tmp_path_factory, data):
    tampering = Tampering(Path(shutil.copytree(full_home, tmp_path_factory.mktemp("blob") / "home")))
    hashes = [sha256.decode() for (sha256,) in tampering.read("SELECT sha256 FROM blobs ORDER BY sha256")]
    sha256 = data.draw(st.sampled_from(hashes))
    path = tampering.home / "blobs" / sha256[:2] / sha256[2:]
    path.write_bytes(data.draw(change_one_byte(path.read_bytes())))
    (place,) = tampering.places()
    assert place.startswith(f"blob {sha256[:12]} of ")


@ANYWHERE
@given(data=st.data())
def test_a_changed_byte_of_the_database_file_is_found_or_changes_nothing_anybody_can_read(
    full_home, tmp_path_factory, data
):
    tampering = Tampering(Path(shutil.copytree(full_home, tmp_path_factory.mktemp("file") / "home")))
    path = tampering.home / "audit.sqlite"
    before = dump(path)
    content = bytearray(path.read_bytes())
    position = data.draw(st.integers(0, len(content) - 1))
    content[position] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    try:
        found = not tampering.verify().ok
    except KnownError:
        found = True
    assert found or dump(path) == before


def test_a_missing_blob_is_named_with_the_inspection_it_belongs_to(tampering):
    ((sha256,),) = tampering.read("SELECT mask_sha256 FROM inspections WHERE id = 2")
    sha256 = sha256.decode()
    (tampering.home / "blobs" / sha256[:2] / sha256[2:]).unlink()
    assert tampering.places() == [f"blob {sha256[:12]} of inspection 2 (mask)"]


def test_a_blob_that_nothing_cites_is_a_warning_only(filled):
    blob = filled.put_blob(b"left over by a crash")
    report = filled.verify()
    assert report.ok
    assert [warning.place for warning in report.warnings] == [f"blob {blob.sha256[:12]}"]


@pytest.mark.parametrize("table", [table.name for table in schema.ROW_TABLES])
def test_a_deleted_row_is_named(tampering, table):
    columns = ", ".join(key_names(table))
    (key,) = tampering.read(f"SELECT {columns} FROM {table} LIMIT 1")
    where = " AND ".join(f"{name} = ?" for name in key_names(table))
    tampering.run((f"DELETE FROM {table} WHERE {where}", *decode(key)))
    assert tampering.places()[0] == name_row(table, decode(key))


def test_a_row_put_in_from_outside_is_named(tampering):
    with closing(sqlite3.connect(tampering.home / "audit.sqlite")) as connection:
        connection.execute("INSERT INTO regions VALUES (1, 9, 4, 1, 1, 1, 1, 1, 1.0, 1.0, 'center', '')")
        connection.commit()
    assert tampering.places() == ["inspection 1, region at 9"]


def test_swapped_rows_are_both_named(tampering):
    tampering.run(
        ("UPDATE inspections SET id = -1 WHERE id = 1",),
        ("UPDATE inspections SET id = 1 WHERE id = 2",),
        ("UPDATE inspections SET id = 2 WHERE id = -1",),
    )
    assert {place.split(",")[0] for place in tampering.places()} == {"inspection 1", "inspection 2", "signature 1"}


def test_a_removed_event_is_named(tampering):
    tampering.run(("DELETE FROM events WHERE seq = 4",))
    assert tampering.places()[0] == "event 4"


def test_a_replaced_event_with_a_fitting_hash_breaks_the_chain(tampering):
    from storage.audit_chain import hash_event

    names = schema.EVENTS.columns.keys()
    (row,) = tampering.read("SELECT * FROM events WHERE seq = 4")
    forged = dict(zip(names, decode(row), strict=True)) | {"actor": "Mallory"}
    tampering.run(("UPDATE events SET actor = 'Mallory', hash = ? WHERE seq = 4", hash_event(forged)))
    assert tampering.places() == ["event 5", "signature 1"]


def test_swapped_events_are_found(tampering):
    tampering.run(
        ("UPDATE events SET seq = 1000 WHERE seq = 4",),
        ("UPDATE events SET seq = 4 WHERE seq = 5",),
        ("UPDATE events SET seq = 5 WHERE seq = 1000",),
    )
    assert tampering.places()[0] == "event 4"


def test_an_event_hashed_by_an_unknown_recipe_is_not_believed(tampering):
    tampering.run(("UPDATE events SET recipe = 'v0' WHERE seq = 4",))
    assert "event 4" in tampering.places()


@pytest.mark.parametrize("rows", ["{", "7", "[[1]]", '[["regions", [[1]], 2, 3]]', '[["regions", [1, 0], 5, 6]]'])
def test_an_event_whose_list_of_rows_was_altered_is_named_first(tampering, rows):
    tampering.run(("UPDATE events SET rows = ? WHERE seq = 4", rows))
    assert tampering.places()[0] == "event 4"


@pytest.mark.parametrize("payload", ["{", "7", "{}", '{"schema": 7}', "\x00"])
def test_an_altered_first_event_is_named_and_the_rest_still_checked(tampering, payload):
    tampering.run(("UPDATE events SET payload = ? WHERE seq = 1", payload))
    assert tampering.places() == ["event 1"]


def test_a_row_of_an_unknown_table_is_still_named():
    assert name_row("shelves", [3, 4]) == "row [3, 4] of shelves"
    assert name_row("regions", [3]) == "row [3] of regions"


def test_a_trigger_whose_text_is_no_text_is_named(tampering):
    path = tampering.home / "audit.sqlite"
    content = path.read_bytes()
    path.write_bytes(content.replace(b"a row of turns cannot be changed", b"a row of turns \xffannot be changed"))
    assert verify_unopened(tampering.home).problems[0].place == "trigger turns_no_update"


def test_verifying_while_another_thread_writes_raises_no_false_alarm(store, make_inspection, ada):
    inspection, stop = make_inspection(store), threading.Event()

    def write():
        while not stop.is_set():
            store.record_inspection(inspection, ada)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        reports = [store.verify() for _ in range(5)]
    finally:
        stop.set()
        writer.join()
    assert [report.problems for report in reports] == [()] * 5


def test_an_emptied_chain_is_not_a_fresh_one(tampering):
    tampering.run(("DELETE FROM events",))
    assert tampering.places()[0] == "event 1"


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("DROP TRIGGER regions_no_update", "trigger regions_no_update"),
        ("DROP INDEX ix_inspections_serial", "index ix_inspections_serial"),
        ("CREATE TABLE notes (a)", "table notes"),
        ("ALTER TABLE inspections ADD COLUMN verdict2 TEXT", "table inspections"),
        ("UPDATE alembic_version SET version_num = '0001 '", "version mark"),
        ("PRAGMA application_id = 1", "version mark"),
    ],
)
def test_a_changed_structure_is_named(tampering, run_sql, statement, place):
    run_sql(tampering.home, statement)
    assert verify_unopened(tampering.home).problems[0].place == place


def test_a_trigger_made_harmless_is_named(tampering, run_sql):
    run_sql(
        tampering.home,
        "DROP TRIGGER regions_no_update",
        "CREATE TRIGGER regions_no_update BEFORE UPDATE ON regions BEGIN SELECT 1; END",
    )
    (problem,) = tampering.verify().problems
    assert problem.sentence == "trigger regions_no_update was changed from outside."


def test_a_missing_table_does_not_stop_the_rest(tampering, run_sql):
    run_sql(tampering.home, "DROP TABLE turns")
    ((sha256,),) = tampering.read("SELECT mask_sha256 FROM inspections WHERE id = 2")
    (tampering.home / "blobs" / sha256.decode()[:2] / sha256.decode()[2:]).unlink()
    places = tampering.places()
    assert "table turns" in places
    assert any(place.endswith("of inspection 2 (mask)") for place in places)


def test_a_blob_row_whose_hash_is_no_text_does_not_stop_the_rest(tampering):
    tampering.run(("UPDATE blobs SET sha256 = CAST(x'ff' AS TEXT) WHERE size = 11",))
    report = tampering.verify()
    assert "blob \\udcff" in [problem.place for problem in report.problems]
    assert all(problem.sentence.isprintable() for problem in report.problems)


def test_text_that_is_no_text_is_found_and_named(tampering):
    tampering.run(("UPDATE inspections SET serial = CAST(x'ff41' AS TEXT) WHERE id = 1",))
    assert tampering.places()[0] == "inspection 1, column serial"


def test_a_row_moved_to_another_event_is_named_with_its_column(tampering):
    tampering.run(("UPDATE inspections SET event_seq = 2 WHERE id = 2",))
    assert tampering.places() == ["inspection 2, column event_seq"]


def test_a_dangling_reference_is_found(tampering):
    tampering.run(("UPDATE inspections SET product_version_id = 77 WHERE id = 1",))
    assert tampering.places()[:2] == ["inspection 1, column product_version_id", "table inspections"]


def test_long_chains_are_walked_in_stretches_with_the_same_result(filled, monkeypatch, run_sql):
    whole = filled.verify()
    monkeypatch.setattr("storage.chain_check.STRETCH", 2)
    assert filled.verify() == whole


def test_stretches_still_find_a_row_that_moved_between_them(tampering, monkeypatch):
    monkeypatch.setattr("storage.chain_check.STRETCH", 2)
    tampering.run(("UPDATE inspections SET event_seq = 8 WHERE id = 1",))
    assert tampering.places() == ["inspection 1, column event_seq", "signature 1"]


def verify_unopened(home):
    """Verify without opening the store first, which would refuse some of this by itself."""
    engine = open_engine(home / "audit.sqlite")
    try:
        return verify_database(engine, BlobFolder(home / "blobs"))
    finally:
        engine.dispose()


def key_names(table):
    return [column.name for column in schema.Base.metadata.tables[table].primary_key]


def decode(row):
    return [value.decode() if isinstance(value, bytes) else value for value in row]


def dump(path):
    """Everything any reader can see in the database."""
    with closing(sqlite3.connect(path)) as connection:
        connection.text_factory = bytes
        names = [table.name for table in schema.AUDITED_TABLES] + ["sqlite_master"]
        hidden = {"sqlite_master": "type, name, tbl_name, sql"}
        return {name: sorted(connection.execute(f"SELECT {hidden.get(name, '*')} FROM {name}")) for name in names}


def pick_row(data, tampering, table, column):
    keys = ", ".join(key_names(table))
    rows = tampering.read(f"SELECT {keys}, {column} FROM {table} WHERE {column} IS NOT NULL AND {column} <> ''")
    assume(rows)
    *key, before = data.draw(st.sampled_from(sorted(rows)))
    return key, before


@st.composite
def change_one_byte(draw, before):
    """The value with one byte changed: of its text, its bytes, its number."""
    if isinstance(before, int):
        return before ^ (1 << draw(st.integers(0, 40)))
    if isinstance(before, float):
        return before + draw(st.sampled_from([-1.0, 2.0**-40, 0.5]))
    position = draw(st.integers(0, len(before) - 1))
    changed = bytearray(before)
    changed[position] ^= draw(st.integers(1, 255))
    return bytes(changed)


def expected_place(table, column, key):
    """The place of a changed value; a changed key makes the row it was vanish."""
    if table == "events":
        return f"event {key[0]}"
    place = name_row(table, key)
    return place if (table, column) in KEY_COLUMNS else f"{place}, column {column}"


def test_a_changed_index_that_keeps_keys_unique_is_named(filled):
    with closing(sqlite3.connect(filled.home / "audit.sqlite")) as client:
        client.execute("PRAGMA writable_schema = ON")
        client.execute("UPDATE sqlite_master SET tbl_name = 'signatuses' WHERE name = 'sqlite_autoindex_signatures_1'")
        client.commit()
    filled.close()
    with Store.open(filled.home, application_version="0.1.0") as store:
        places = [problem.place for problem in store.verify().problems]
    assert any(place == "index sqlite_autoindex_signatures_1" for place in places), places


def test_a_structure_that_points_to_a_column_that_is_not_there_is_a_finding_and_no_crash(filled):
    with closing(sqlite3.connect(filled.home / "audit.sqlite")) as client:
        client.execute("PRAGMA writable_schema = ON")
        (sql,) = client.execute("SELECT sql FROM sqlite_master WHERE name = 'product_references'").fetchone()
        changed = sql.replace("REFERENCES events (seq)", "REFERENCES events (sep)")
        client.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'product_references'", (changed,))
        client.commit()
    engine = open_engine(filled.home / "audit.sqlite")
    problems = verify_database(engine, BlobFolder(filled.home / "blobs")).problems
    engine.dispose()

    assert any("foreign key mismatch" in str(problem) for problem in problems), problems
