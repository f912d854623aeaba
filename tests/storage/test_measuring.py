"""How large everything is: the files as they lie on the disk, the rows as they are counted by any other client."""

from storage.measuring import measure_database


def test_the_size_of_a_database_in_use_is_that_of_its_file_and_its_journal(filled, ada):
    filled.record_event("shift.begun", "shift", 1, {}, ada)
    sizes = [(filled.home / name).stat().st_size for name in ("audit.sqlite", "audit.sqlite-wal")]

    assert min(sizes) > 0
    assert filled.measure().database_bytes == sum(sizes)


def test_a_database_without_a_journal_beside_it_counts_by_itself(filled, ada, tmp_path):
    filled.backup(tmp_path / "backup", ada)
    copy = tmp_path / "backup" / "audit.sqlite"

    assert not copy.with_name("audit.sqlite-wal").exists()
    assert measure_database(filled._engine, copy).database_bytes == copy.stat().st_size


def test_rows_and_files_are_counted(filled, run_sql):
    found = filled.measure()

    for table, count in found.counts.items():
        assert run_sql(filled.home, f"SELECT count(*) FROM {table}") == [(count,)]
    kept = [path for path in (filled.home / "blobs").rglob("*") if path.is_file()]
    assert found.blob_bytes == sum(path.stat().st_size for path in kept)


def test_a_fresh_database_holds_its_first_event_only(store):
    found = store.measure()

    assert (found.counts.pop("events"), set(found.counts.values()), found.blob_bytes) == (1, {0}, 0)
