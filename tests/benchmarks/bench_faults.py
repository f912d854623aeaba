"""What the audit database withstands, counted: killed writers, failing writes, tampering (targets T1, T2, T3).

Run: `python -m tests.benchmarks.bench_faults [--kills 1000] [--mutations 10000] [--copies 1000] [--seed 1]`. The full
counts take about an hour on two cores. Prints a Markdown table; a failure prints what was done and ends the run.
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
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from storage import schema
from storage.blobs import BlobFolder
from storage.database import open_engine
from storage.errors import KnownError
from storage.findings import name_row
from storage.searching import SEARCH
from storage.store import Store
from storage.verify import verify_database
from tests.storage.conftest import add_people, add_review_and_retention, fill
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


def count_kills(kills: int, seed: int, tally: Tally) -> None:
    """T1: writers killed at random moments; what they had printed must be there, and at most one thing more."""
    chance, confirmed_in_all, unconfirmed = random.Random(seed), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for first in range(0, kills, ROUNDS_A_HOME):
            home, confirmed = Path(folder) / str(first), []
            for number in range(first, min(first + ROUNDS_A_HOME, kills)):
                confirmed += _write_until_killed(home, str(number), chance.uniform(0.0, 0.3))
                with Store.open(home, application_version="0.1.0") as store:
                    events = store.list_events(limit=1_000_000)
                    report = store.verify()
                    lost = set(confirmed) - {event.hash for event in events}
                    _demand(report.ok, f"kill {number}: {report.problems[:3]}")
                    _demand(not lost, f"kill {number}: {len(lost)} confirmed records lost")
            made = [event for event in events if event.actor.kind == "person"]
            unconfirmed += len(made) - len(confirmed)
            confirmed_in_all += len(confirmed)
            _demand(0 <= len(made) - len(confirmed) <= ROUNDS_A_HOME, "more than one unconfirmed record a kill")
            shutil.rmtree(home)
    tally.add("T1 random kill -9 while writing", kills)
    tally.add("T1 confirmed records, all of them there", confirmed_in_all)
    tally.add("T1 confirmed records lost, integrity errors, chain breaks, repairs by hand", 0)
    tally.add("T1 records there that had not been confirmed yet (at most one a kill)", unconfirmed)


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
    with tempfile.TemporaryDirectory() as folder:
        shim = build_shim(Path(folder))
        for words, code in ERRORS.items():
            lines = [
                line
                for stays in (False, True)
                for line in fail_each_write(shim, Path(folder) / f"{code}-{stays}", code, stays=stays)
            ]
            for line in lines:
                _demand(line["intact"], f"{words}: {line}")
                _demand(line["recorded"] == line["kept"] == (0 if line["said"] else 1), f"{words}: {line}")
            said = sum(bool(line["said"]) for line in lines)
            tally.add(f"T2 write calls that failed: {words}", len(lines))
            tally.add("T2 ... a sentence and nothing recorded", said)
            tally.add("T2 ... the failure did not matter and the inspection is whole", len(lines) - said)
    tally.add("T2 half records, or next inspection not recorded", 0)


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

    def put_back(self) -> None:
        for suffix in ("-wal", "-shm"):
            self.database.with_name(f"audit.sqlite{suffix}").unlink(missing_ok=True)
        self.database.write_bytes(self.original)

    def find(self) -> list[str] | None:
        """Places that verification names; None when the database cannot be read at all, which is said."""
        engine = open_engine(self.database)
        try:
            return [problem.place for problem in verify_database(engine, BlobFolder(self.home / "blobs")).problems]
        except KnownError:
            return None
        finally:
            engine.dispose()

    def run(self, statement: str, values: tuple[object, ...] = ()) -> bool:
        """Change rows as somebody who takes the triggers away and puts them back; False when SQLite refuses."""
        with closing(sqlite3.connect(self.database, isolation_level=None)) as client:
            client.text_factory = bytes
            for name, _ in self.triggers:
                client.execute(f"DROP TRIGGER {name}")
            try:
                client.execute(statement, values)
            except sqlite3.Error:
                return False
            for _, sql in self.triggers:
                client.execute(sql)
        return True


def count_mutations(mutations: int, copies_untouched: int, seed: int, tally: Tally) -> None:
    """T3: single bytes and single rows changed; all of it found, the right record named, and no false alarm."""
    chance, counts = (
        random.Random(seed),
        dict.fromkeys(("value", "delete", "byte", "blob", "unread", "index", "refused"), 0),
    )
    with tempfile.TemporaryDirectory() as folder:
        copies = Copies(Path(folder))
        makers = (_change_value, _delete_row, _change_byte, _change_blob)
        for _ in range(mutations):
            counts[chance.choice(makers)(copies, chance)] += 1
            copies.put_back()
        alarms = sum(copies.find() != [] for _ in range(copies_untouched))
    _demand(alarms == 0, f"{alarms} false alarms")
    tally.add("T3 values of one row changed: found, and the record named", counts["value"])
    tally.add("T3 rows deleted: found, and the record named", counts["delete"])
    tally.add("T3 bytes of files changed: found, and the file named", counts["blob"])
    tally.add("T3 bytes of the database file changed: found", counts["byte"])
    tally.add("T3 ... in unused room, where nothing that can be read changes", counts["unread"])
    tally.add("T3 ... in the search index, which is no record and can be made anew", counts["index"])
    tally.add("T3 changes that SQLite itself refused", counts["refused"])
    tally.add("T3 changes missed", 0)
    tally.add("T3 false alarms on untouched copies", f"0 of {copies_untouched}")


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
    found = copies.find()
    wanted = f"event {key[0]}" if table == "events" else name_row(table, list(key))
    named = found is None or any(place.startswith(wanted) for place in found)
    _demand(named, f"{table}.{column.name} of {key}: {before!r} -> {after!r}: {found}")
    return "value"


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
    found = copies.find()
    # A cut-off end leaves nothing behind by which it could be named, but the anchor that was signed there.
    wanted = ("event", "anchor") if table == "events" else (name_row(table, list(key)),)
    _demand(found is None or any(place.startswith(wanted) for place in found), f"{table} {key} deleted: {found}")
    return "delete"


def _change_byte(copies: Copies, chance: random.Random) -> str:
    content = bytearray(copies.original)
    at = chance.randrange(len(content))
    content[at] ^= chance.randint(1, 255)
    copies.database.write_bytes(content)
    found = copies.find()
    if found is None or found:
        return "byte"
    now = _dump(copies.database)
    _demand(now is not None, f"byte {at} changed, nothing can be read and nothing found")
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
    found = copies.find()
    path.write_bytes(before)
    sha256 = path.parent.name + path.name
    _demand(found is not None and any(sha256[:12] in place for place in found), f"{path.name}: {found}")
    return "blob"


def _dump(database: Path) -> dict[str, list[tuple[object, ...]]] | None:
    """Everything that can be read of a database."""
    try:
        with closing(sqlite3.connect(database)) as client:
            client.text_factory = bytes
            names = [name.decode() for (name,) in client.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            found = {name: client.execute(f"SELECT * FROM {name}").fetchall() for name in names}
            found["structure"] = client.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
            return found
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
    given = parser.parse_args()
    tally, started = Tally(), time.monotonic()
    for words, count in (
        ("T2", lambda: count_failing_writes(tally)),
        ("T3", lambda: count_mutations(given.mutations, given.copies, given.seed, tally)),
        ("T1", lambda: count_kills(given.kills, given.seed, tally)),
    ):
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
