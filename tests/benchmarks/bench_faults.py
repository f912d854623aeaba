"""What the audit database withstands, counted: killed writers, failing writes, tampering (targets T1, T2, T3).

Run: `python -m tests.benchmarks.bench_faults [--kills 1000] [--mutations 10000] [--copies 1000] [--parts T1 T2 T3]`.
The full counts take an hour on two cores. Prints a Markdown table; a failure prints what was done and ends the run.
"""

from __future__ import annotations

import argparse
import errno
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from storage import schema
from storage.backup import restore_backup
from storage.blobs import BlobFolder
from storage.database import open_engine
from storage.errors import KnownError
from storage.findings import name_row
from storage.searching import SEARCH
from storage.store import Store
from storage.verify import verify_database
from tests.storage.conftest import ADA, add_people, add_review_and_retention, fill
from tests.storage.test_failing_writes import build_shim, fail_each_write

PROJECT = Path(__file__).resolve().parents[2]
ROUNDS_A_HOME = 25
"""Kills before a fresh home is begun, so that checking all of it stays quick."""
ERRORS = {"disk full": errno.ENOSPC, "I/O error": errno.EIO, "read-only": errno.EROFS, "no permission": errno.EACCES}
WRITER = """
import sys
from pathlib import Path
from storage.records import NewTurn
from storage.searching import SEARCH
from storage.store import Store
from tests.storage.conftest import ADA, build_inspection
with Store.open(Path(sys.argv[1]), application_version="0.1.0") as store:
    def say():
        print(store.list_events(limit=1)[0].hash, flush=True)
    print("ready", flush=True)
    for number in range(100000):
        number = store.record_inspection(build_inspection(store, f"{sys.argv[2]}-{number}.png"), ADA).id
        say()
        store.add_turn(number, NewTurn("user", "Is it cracked?"), ADA)
        say()
        store.add_disposition(number, "rework", "crack", "can be polished away", ADA)
        say()
        store.add_comment(number, "the lamp flickered", ADA)
        say()
"""


@dataclass
class Tally:
    """What was counted; every entry is a line of the table."""

    lines: list[tuple[str, int | str]] = field(default_factory=list)

    def add(self, words: str, count: int | str) -> None:
        self.lines.append((words, count))


@dataclass
class Killed:
    """What was found after the kills of one home."""

    confirmed: int = 0
    lost: int = 0
    unconfirmed: int = 0
    problems: int = 0
    refused: int = 0
    """Times the store would not open again without help."""


def count_kills(kills: int, seed: int, tally: Tally) -> None:
    """T1: writers killed at random moments; what they had printed must be there, and at most one thing more."""
    chance, killed = random.Random(seed), Killed()
    with tempfile.TemporaryDirectory() as folder:
        for first in range(0, kills, ROUNDS_A_HOME):
            home = Path(folder) / str(first)
            _kill_in_one_home(home, range(first, min(first + ROUNDS_A_HOME, kills)), chance, killed)
            shutil.rmtree(home)
    tally.add("T1 random kill -9 while writing", kills)
    tally.add("T1 confirmed records", killed.confirmed)
    tally.add("T1 ... of them lost", killed.lost)
    tally.add("T1 integrity errors and breaks of the chain", killed.problems)
    tally.add("T1 times the store did not open again by itself", killed.refused)
    tally.add("T1 records there that had not been confirmed yet (never more than one a kill)", killed.unconfirmed)


def _kill_in_one_home(home: Path, numbers: Iterable[int], chance: random.Random, killed: Killed) -> None:
    confirmed: set[str] = set()
    there: set[str] = set()
    for number in numbers:
        printed = set(_write_until_killed(home, str(number), chance.uniform(0.0, 0.3)))
        confirmed |= printed
        try:
            with Store.open(home, application_version="0.1.0") as store:
                made = {event.hash for event in store.list_events(limit=1_000_000) if event.actor.kind == "person"}
                report = store.verify()
        except KnownError as error:
            killed.refused += 1
            _demand(False, f"kill {number}: the store did not open again: {error}")
        beyond = len(made - there - printed)
        killed.confirmed += len(printed)
        killed.lost += len(confirmed - made)
        killed.unconfirmed += beyond
        killed.problems += len(report.problems)
        there = made
        _demand(report.ok, f"kill {number}: {report.problems[:3]}")
        _demand(confirmed <= made, f"kill {number}: {len(confirmed - made)} confirmed records lost")
        _demand(beyond <= 1, f"kill {number}: {beyond} records that nobody had confirmed")


def _write_until_killed(home: Path, name: str, seconds: float) -> list[str]:
    command = [sys.executable, "-c", WRITER, str(home), name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(seconds)
        writer.send_signal(signal.SIGKILL)
        printed = writer.stdout.read()
    return [line.rstrip("\n") for line in printed.splitlines(keepends=True) if line.endswith("\n")]


def count_failing_writes(tally: Tally) -> None:
    """T2: every write call of one inspection fails with every error, once alone and once with all after it."""
    wrong = stuck = 0
    with tempfile.TemporaryDirectory() as folder:
        shim = build_shim(Path(folder))
        for words, code in ERRORS.items():
            lines = [
                line
                for stays in (False, True)
                for line in fail_each_write(shim, Path(folder) / f"{code}-{stays}", code, stays=stays)
            ]
            for line in lines:
                wrong += not (line["intact"] and line["recorded"] == line["kept"] == (0 if line["said"] else 1))
                stuck += not line["went_on"]
                _demand(not (wrong or stuck), f"{words}: {line}")
            said = sum(bool(line["said"]) for line in lines)
            tally.add(f"T2 write calls that failed: {words}", len(lines))
            tally.add("T2 ... a sentence and nothing recorded", said)
            tally.add("T2 ... the failure did not matter and the inspection is whole", len(lines) - said)
    tally.add("T2 half records", wrong)
    tally.add("T2 next inspection not recorded, by the same open store or by one opened anew", stuck)


class Copies:
    """A home with something in every table, whose database and files are changed and put back."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        with Store.open(self.home, application_version="0.1.0") as store:
            fill(store)
            add_people(store)
            add_review_and_retention(store)
            store.anchor("close")
        self.database = self.home / "audit.sqlite"
        self.original = self.database.read_bytes()
        self.readable = _dump(self.database)
        self.blobs = [path for path in (self.home / "blobs").rglob("*") if path.is_file()]
        with closing(sqlite3.connect(self.database)) as client:
            self.triggers = client.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            self.indexes = client.execute(
                "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            ).fetchall()
        self.triggers.sort()
        self.indexes.sort()

    def put_back(self) -> None:
        for suffix in ("-wal", "-shm"):
            self.database.with_name(f"audit.sqlite{suffix}").unlink(missing_ok=True)
        self.database.write_bytes(self.original)

    def find(self) -> list[str] | None:
        """Places that verification names; None when the database cannot be read at all, which is said."""
        return self.look(self.home)

    @staticmethod
    def look(home: Path) -> list[str] | None:
        """The same of any home."""
        engine = open_engine(home / "audit.sqlite")
        try:
            return [problem.place for problem in verify_database(engine, BlobFolder(home / "blobs")).problems]
        except KnownError:
            return None
        finally:
            engine.dispose()

    def run(self, statement: str, values: tuple[object, ...] = ()) -> bool:
        """Change rows as somebody who takes the triggers away and puts them back; False when SQLite refuses."""
        return self.run_all([(statement, values)])

    def run_all(self, statements: list[tuple[str, tuple[object, ...]]]) -> bool:
        """The same with several statements."""
        with closing(sqlite3.connect(self.database, isolation_level=None)) as client:
            client.text_factory = bytes
            for name, _ in self.triggers:
                client.execute(f"DROP TRIGGER {name}")
            try:
                for statement, values in statements:
                    client.execute(statement, values)
            except sqlite3.Error:
                return False
            for _, sql in self.triggers:
                client.execute(sql)
        return True


UNREADABLE = "unreadable"
"""Added to a kind where the database could not be read at all: that is said, but no record can be named."""


def count_mutations(mutations: int, copies_untouched: int, seed: int, tally: Tally) -> None:
    """T3: bytes, rows, files and structure changed; all of it found, the right record named, and no false alarm."""
    chance, counts = random.Random(seed), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        copies = Copies(Path(folder))
        for _ in range(mutations):
            counts[chance.choice(MAKERS)(copies, chance)] += 1
            copies.put_back()
        untouched = _count_alarms(copies, Path(folder), copies_untouched)
    for kind, words in KINDS.items():
        tally.add(f"T3 {words}", counts[kind])
        if counts[kind + UNREADABLE]:
            tally.add("T3 ... where the whole database was said to be unreadable", counts[kind + UNREADABLE])
    tally.add("T3 changes missed", counts["missed"])
    for way, (alarms, copied) in untouched.items():
        tally.add(f"T3 false alarms on untouched copies: {way}", f"{alarms} of {copied}")
        _demand(alarms == 0, f"{alarms} false alarms: {way}")
    _demand(counts["missed"] == 0, f"{counts['missed']} changes missed")


def _count_alarms(copies: Copies, folder: Path, wanted: int) -> dict[str, tuple[int, int]]:
    """For each way in which a home may come to lie somewhere else: alarms, and copies that were looked at."""
    each = max(1, wanted // len(COPIERS))
    alarms = {}
    for way, copy in COPIERS.items():
        found = 0
        for number in range(each):
            home = folder / f"copy {number}"
            copy(copies.home, home)
            found += Copies.look(home) != []
            shutil.rmtree(home)
        alarms[way] = (found, each)
    return alarms


def _copy_files(home: Path, copy: Path) -> None:
    shutil.copytree(home, copy)


def _copy_while_open(home: Path, copy: Path) -> None:
    """A copy made while somebody works, the log of the database beside it."""
    work = copy.with_name("work")
    shutil.copytree(home, work)
    with Store.open(work, application_version="0.1.0") as store:
        store.record_event("licence.accepted", "model_pack", "tiny", {}, ADA)
        shutil.copytree(work, copy)
    shutil.rmtree(work)


def _copy_vacuumed(home: Path, copy: Path) -> None:
    shutil.copytree(home, copy)
    with closing(sqlite3.connect(copy / "audit.sqlite", isolation_level=None)) as client:
        client.execute("VACUUM")


def _copy_backed_up(home: Path, copy: Path) -> None:
    """A backup that was restored."""
    work, backup = copy.with_name("work"), copy.with_name("backup")
    shutil.copytree(home, work)
    with Store.open(work, application_version="0.1.0") as store:
        store.backup(backup, ADA)
    restore_backup(backup, copy)
    shutil.rmtree(backup)
    shutil.rmtree(work)


COPIERS = {
    "files copied": _copy_files,
    "copied while open, with its log": _copy_while_open,
    "vacuumed": _copy_vacuumed,
    "backed up and restored": _copy_backed_up,
}


def _pick_row(copies: Copies, chance: random.Random) -> tuple[str, list[str], tuple[object, ...]]:
    """A table, its key's columns and the key of one of its rows."""
    table = chance.choice(schema.AUDITED_TABLES)
    names = [column.name for column in table.primary_key]
    with closing(sqlite3.connect(copies.database)) as client:
        keys = client.execute(f"SELECT {', '.join(names)} FROM {table.name}").fetchall()
    return table.name, names, chance.choice(keys)


def _change_value(copies: Copies, chance: random.Random) -> str:
    table, names, key = _pick_row(copies, chance)
    keys = set(names)
    column = chance.choice(
        [each for each in schema.Base.metadata.tables[table].columns if each.name not in keys] or [None]
    )
    if column is None:
        return "refused"
    where = " AND ".join(f"{name} = ?" for name in names)
    with closing(sqlite3.connect(copies.database)) as client:
        (before,) = client.execute(f"SELECT {column.name} FROM {table} WHERE {where}", key).fetchone()
    after = _alter(before, chance)
    if not copies.run(f"UPDATE {table} SET {column.name} = ? WHERE {where}", (after, *key)):
        return "refused"
    return _judge("value", copies, (_name(table, key),), f"{table}.{column.name} of {key}: {before!r} -> {after!r}")


def _name(table: str, key: tuple[object, ...]) -> str:
    """How verification calls a row."""
    return f"event {key[0]}" if table == "events" else name_row(table, list(key))


def _judge(kind: str, copies: Copies, wanted: tuple[str, ...], words: str) -> str:
    """The kind of a change that was found where it was made; what was not found, or elsewhere alone, is missed."""
    found = copies.find()
    if found is None:
        return kind + UNREADABLE
    if any(place.startswith(wanted) for place in found):
        return kind
    sys.stderr.write(f"missed: {words}: {found}\n")
    return "missed"


def _alter(value: object, chance: random.Random) -> object:
    if isinstance(value, str) and value:
        at = chance.randrange(len(value))
        return value[:at] + chr((ord(value[at]) + chance.randint(1, 20)) % 0xD7FF or 1) + value[at + 1 :]
    if isinstance(value, int):
        return value + chance.choice((-1, 1))
    return value * 1.0000001 + 1e-9 if isinstance(value, float) else "x" if value == "" else 1


def _delete_row(copies: Copies, chance: random.Random) -> str:
    table, names, key = _pick_row(copies, chance)
    if not copies.run(f"DELETE FROM {table} WHERE {' AND '.join(f'{name} = ?' for name in names)}", key):
        return "refused"
    # A cut-off end leaves nothing behind by which it could be named, but the anchor that was signed there.
    wanted = ("event", "anchor") if table == "events" else (_name(table, key),)
    return _judge("delete", copies, wanted, f"{table} {key} deleted")


def _insert_row(copies: Copies, chance: random.Random) -> str:
    """A copy of a row under a key of its own."""
    table, names, key = _pick_row(copies, chance)
    columns = [column.name for column in schema.Base.metadata.tables[table].columns]
    where = " AND ".join(f"{name} = ?" for name in names)
    with closing(sqlite3.connect(copies.database)) as client:
        (largest,) = client.execute(f"SELECT max({names[0]}) FROM {table}").fetchone()
    if not isinstance(largest, int):
        return "refused"
    new = largest + 1
    values = ", ".join("?" if column == names[0] else column for column in columns)
    statement = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE {where}"
    if not copies.run(statement, (new, *key)):
        return "refused"
    return _judge("insert", copies, (_name(table, (new, *key[1:])),), f"{table} {new} put in, like {key}")


def _swap_rows(copies: Copies, chance: random.Random) -> str:
    """What stands in two rows of a table exchanged, their keys left."""
    table, names, key = _pick_row(copies, chance)
    columns = [each.name for each in schema.Base.metadata.tables[table].columns if each.name not in names]
    where = " AND ".join(f"{name} = ?" for name in names)
    with closing(sqlite3.connect(copies.database)) as client:
        others = client.execute(f"SELECT {', '.join(names)} FROM {table} WHERE NOT ({where})", key).fetchall()
        if not (others and columns):
            return "refused"
        other = chance.choice(others)
        rows = [
            client.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE {where}", each).fetchone()
            for each in (key, other)
        ]
    if rows[0] == rows[1]:
        return "refused"
    assigned = ", ".join(f"{column} = ?" for column in columns)
    statement = f"UPDATE {table} SET {assigned} WHERE {where}"
    if not copies.run_all([(statement, (*rows[1], *key)), (statement, (*rows[0], *other))]):
        return "refused"
    return _judge("swap", copies, (_name(table, key), _name(table, other)), f"{table} {key} and {other} exchanged")


def _drop_guard(copies: Copies, chance: random.Random) -> str:
    """A trigger, which keeps others from changing rows, taken away for good."""
    name, _ = chance.choice(copies.triggers)
    with closing(sqlite3.connect(copies.database, isolation_level=None)) as client:
        client.execute(f"DROP TRIGGER {name}")
    return _judge("guard", copies, (f"trigger {name}",), f"trigger {name} taken away")


def _change_index(copies: Copies, chance: random.Random) -> str:
    """An index taken away or made over another column, which would hide rows from whoever looks for them."""
    name, table, sql = chance.choice(copies.indexes)
    columns = [column.name for column in schema.Base.metadata.tables[table].columns if column.name not in sql]
    after = f"CREATE INDEX {name} ON {table} ({chance.choice(columns)})" if columns and chance.random() < 0.5 else ""
    with closing(sqlite3.connect(copies.database, isolation_level=None)) as client:
        client.execute(f"DROP INDEX {name}")
        client.execute(after)
    return _judge("altered index", copies, (f"index {name}",), f"index {name} taken away or changed: {after}")


def _change_byte(copies: Copies, chance: random.Random) -> str:
    content = bytearray(copies.original)
    at = chance.randrange(len(content))
    content[at] ^= chance.randint(1, 255)
    copies.database.write_bytes(content)
    found = copies.find()
    if found is None:
        return "byte" + UNREADABLE
    if found:
        return "byte"
    now = _dump(copies.database)
    changed = {name for name in copies.readable if now.get(name) != copies.readable[name]}
    _demand(all(name.startswith(SEARCH) for name in changed), f"byte {at} changed {changed} and nothing found")
    return "index" if changed else "unread"


def _change_blob(copies: Copies, chance: random.Random) -> str:
    path = chance.choice(copies.blobs)
    before = path.read_bytes()
    after = bytearray(before)
    after[chance.randrange(len(after))] ^= chance.randint(1, 255)
    path.chmod(0o644)
    path.write_bytes(after)
    return _judge_file(copies, path, before, "byte changed")


def _cut_blob(copies: Copies, chance: random.Random) -> str:
    """A kept file shortened, now and then to nothing."""
    path = chance.choice(copies.blobs)
    before = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(before[: chance.choice((0, chance.randrange(len(before))))])
    return _judge_file(copies, path, before, "cut short")


def _exchange_blob(copies: Copies, chance: random.Random) -> str:
    """A kept file with the content of another one."""
    path, other = chance.sample(copies.blobs, 2)
    before = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(other.read_bytes())
    return _judge_file(copies, path, before, "exchanged")


def _judge_file(copies: Copies, path: Path, before: bytes, words: str) -> str:
    sha256 = path.parent.name + path.name
    found = copies.find()
    path.write_bytes(before)
    if found is not None and any(sha256[:12] in place for place in found):
        return "blob"
    sys.stderr.write(f"missed: file {path.name} {words}: {found}\n")
    return "missed"


def _cut_database(copies: Copies, chance: random.Random) -> str:
    """The end of the database file cut off."""
    copies.database.write_bytes(copies.original[: chance.randrange(len(copies.original))])
    return _judge("cut", copies, ("",), "database file cut short")


MAKERS = (
    _change_value,
    _delete_row,
    _insert_row,
    _swap_rows,
    _drop_guard,
    _change_index,
    _change_byte,
    _change_blob,
    _cut_blob,
    _exchange_blob,
    _cut_database,
)
KINDS = {
    "value": "values of one row changed: found, and the record named",
    "delete": "rows deleted: found, and the record named",
    "insert": "rows put in: found, and the record named",
    "swap": "rows exchanged: found, and one of them named",
    "guard": "triggers taken away: found, and the trigger named",
    "altered index": "indexes taken away or changed: found, and the index named",
    "blob": "files changed, cut short or exchanged: found, and the file named",
    "byte": "bytes of the database file changed: found",
    "unread": "... in unused room, where nothing that can be read changes",
    "index": "... in the search index, which is no record and can be made anew",
    "cut": "database file cut short: found",
    "refused": "changes that SQLite itself refused, or that change nothing",
}


Rows = list[tuple[object, ...]]


def _dump(database: Path) -> dict[str, Rows | None]:
    """Everything that can be read of a database, table by table; None of a table that cannot be read."""
    with closing(sqlite3.connect(database)) as client:
        client.text_factory = bytes
        structure = _read(client, "SELECT type, name, tbl_name, sql FROM sqlite_master")
        tables = [bytes(row[1]).decode() for row in structure or [] if row[0] == b"table"]
        return {"structure": structure, **{name: _read(client, f"SELECT * FROM {name}") for name in tables}}


def _read(client: sqlite3.Connection, statement: str) -> Rows | None:
    try:
        return client.execute(statement).fetchall()
    except sqlite3.Error:
        return None


def _demand(holds: bool, words: str) -> None:
    if not holds:
        raise SystemExit(f"FAILED: {words}")


def main() -> int:
    """Count everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, count in (("kills", 1000), ("mutations", 10_000), ("copies", 1000), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=count)
    parser.add_argument("--parts", nargs="+", default=["T1", "T2", "T3"], choices=["T1", "T2", "T3"])
    given = parser.parse_args()
    tally, started = Tally(), time.monotonic()
    for words, count in (
        ("T2", lambda: count_failing_writes(tally)),
        ("T3", lambda: count_mutations(given.mutations, given.copies, given.seed, tally)),
        ("T1", lambda: count_kills(given.kills, given.seed, tally)),
    ):
        if words not in given.parts:
            continue
        count()
        sys.stderr.write(f"{words} done after {time.monotonic() - started:.0f} s\n")
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    sys.stdout.write(
        f"Seed {given.seed}, {time.monotonic() - started:.0f} s, load {load}.\n\n| counted | |\n|---|---|\n"
    )
    for words, number in tally.lines:
        sys.stdout.write(f"| {words} | {number} |\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
