"""The journal of a batch: one small append-only file, a line for the plan, one for each photo, one for the end.

Working data, no evidence. A line is on the disk when its function returns. Half a line, left by a power cut, is passed
over when the journal is read, and closed off when it goes on.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from station.batch_values import Batch, BatchPhoto, PhotoResult, with_results
from station.errors import OutputError, explain_os_error
from station.outputs import make_folder, write_whole

FOLDER = "batches"
Entry = Mapping[str, Any]


def begin_journal(home: Path, batch: Batch) -> None:
    """Write the plan of a batch, whole or not at all. Raises `OutputError`."""
    make_folder(home / FOLDER)
    write_whole(_write_line(_describe_plan(batch)), _find_journal(home, batch.id))


def append_result(home: Path, batch_id: str, place: int, result: PhotoResult) -> None:
    """Add what became of one photo. Raises `OutputError`."""
    _append(home, batch_id, {"kind": "photo", "place": place, **asdict(result)})


def append_end(home: Path, batch_id: str, end: str) -> None:
    """Add that a batch is over, and how it ended. Raises `OutputError`."""
    _append(home, batch_id, {"kind": "end", "end": end})


def remove_journal(home: Path, batch_id: str) -> None:
    """Delete a journal; one that is not there is no error. Raises `OutputError`."""
    path = _find_journal(home, batch_id)
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(explain_os_error(error, path)) from error


def read_journals(home: Path) -> list[tuple[Batch, bool]]:
    """Return every batch and whether it is over, oldest first. Journals that cannot be read are passed over."""
    loaded = (_load(path) for path in sorted((home / FOLDER).glob("*.jsonl")))
    return [each for each in loaded if each is not None]


def _find_journal(home: Path, batch_id: str) -> Path:
    return home / FOLDER / f"{batch_id}.jsonl"


def _describe_plan(batch: Batch) -> Entry:
    return {
        "kind": "plan",
        "id": batch.id,
        "folder": str(batch.folder) if batch.folder else None,
        "product": batch.product,
        "created_at": batch.created_at,
        "after": batch.after,
        "photos": [str(item.path) for item in batch.items],
    }


def _write_line(entry: Entry) -> bytes:
    """Return one line; pure ASCII, so that file names that are no text survive as escapes."""
    return (json.dumps(entry) + "\n").encode("ascii")


def _append(home: Path, batch_id: str, entry: Entry) -> None:
    path = _find_journal(home, batch_id)
    try:
        with path.open("r+b") as journal:
            journal.seek(-1, os.SEEK_END)
            is_torn = journal.read(1) != b"\n"
            journal.write((b"\n" if is_torn else b"") + _write_line(entry))
            journal.flush()
            os.fsync(journal.fileno())
    except OSError as error:
        raise OutputError(explain_os_error(error, path)) from error


def _load(path: Path) -> tuple[Batch, bool] | None:
    try:
        entries = _read_entries(path.read_bytes())
        results = {int(each["place"]): _read_result(each) for each in entries if each["kind"] == "photo"}
        batch = with_results(_read_plan(entries[0]), results)
    except (OSError, LookupError, TypeError, ValueError):
        return None
    return batch, any(each["kind"] == "end" for each in entries)


def _read_entries(data: bytes) -> list[Entry]:
    entries = []
    for line in data.splitlines():
        try:
            entries.append(json.loads(line))
        except ValueError:
            continue
    return entries


def _read_plan(entry: Entry) -> Batch:
    photos = tuple(BatchPhoto(Path(path)) for path in entry["photos"])
    folder = Path(entry["folder"]) if entry["folder"] else None
    return Batch(entry["id"], folder, entry["product"], entry["created_at"], photos, int(entry["after"]))


def _read_result(entry: Entry) -> PhotoResult:
    return PhotoResult(**{name: entry[name] for name in PhotoResult.__dataclass_fields__})
