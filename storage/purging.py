"""Deleting files whose time is over: proposed by one person, approved by another, carried out once, provable for ever.

Only files go, never rows: the chain stays whole, and each deleted file leaves a tombstone with its hash and size. The
tombstones are committed before the first file is unlinked, so that a crash in between leaves files that are known to be
over, which `finish_purges` removes. Unlinking holds the write lock: nobody can record what cites a file just then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import schema
from storage.audit_chain import Change, Entry, Ledger
from storage.canonical import canonical_text, read_json
from storage.database import read
from storage.durability import flush_folder
from storage.errors import InvalidRecord, KnownError, PurgedBlob, UnknownPurge
from storage.faults import explain_faults
from storage.kept_files import KeptFiles, is_cited_after, load_cited_again, load_kept_files
from storage.records import Actor, check_reason
from storage.retention import is_over
from storage.stored_values import read_actor

PurgeStanding = Literal["proposed", "approved", "withdrawn", "done"]
OnShare = Callable[[float], object]
SYSTEM = Actor("AnomalyGPT Inspector", "agent")
_AT_ONCE = 100
"""Files unlinked under one hold of the write lock, so that a station that inspects waits for a moment only."""


@dataclass(frozen=True)
class PurgePreview:
    """What could be purged now."""

    inspections: tuple[int, ...]
    """Those whose time is over and that still have files that nothing else keeps."""
    files: int
    size: int


@dataclass(frozen=True)
class Purge:
    """A proposed purge and what became of it. `inspections` and `files` are those proposed."""

    id: int
    standing: PurgeStanding
    inspections: tuple[int, ...]
    files: int
    size: int
    reason: str
    proposed_by: Actor
    proposed_at: str
    approved_by: Actor | None = None
    approved_at: str = ""
    approval: str = ""
    """The reason that the second person gave, also where it was for withdrawing."""
    purged_files: int = 0
    """Files that left a tombstone."""
    purged_size: int = 0


@dataclass(frozen=True)
class Purged:
    """That a file was purged: when, by whom."""

    sha256: str
    size: int
    purge_id: int
    purged_at: str
    proposed_by: str
    approved_by: str

    @property
    def sentence(self) -> str:
        """For a person."""
        return (
            f"The file {self.sha256:.12} was purged on {self.purged_at[:10]} by {self.proposed_by} and"
            f" {self.approved_by} (purge {self.purge_id}), because its time was over; its hash and size stay on record."
        )


def preview_purge(ledger: Ledger) -> PurgePreview:
    """Return what could be purged now, under the rules and holds in force."""
    with read(ledger.engine) as session:
        return _find_over(load_kept_files(session), ledger)[0]


def propose_purge(ledger: Ledger, actor: Actor, reason: str) -> Purge:
    """Record the proposal to purge everything whose time is over; nothing is deleted yet."""
    reason = check_reason(reason)
    with ledger.entry() as entry:
        preview, hashes = _find_over(load_kept_files(entry.session), ledger)
        if not hashes:
            raise InvalidRecord("Nothing can be purged: no file's time is over, or a legal hold keeps it.")
        if any(purge.standing in ("proposed", "approved") for purge in load_purges(entry.session)):
            raise InvalidRecord("A purge is under way already; approve, carry out or withdraw it first.")
        contents = {"inspections": list(preview.inspections), "files": [[each, hashes[each]] for each in hashes]}
        row = schema.Purge(
            id=entry.next_key(schema.Purge), event_seq=entry.seq, contents=canonical_text(contents), reason=reason
        )
        entry.add(row)
        payload = {"inspections": len(preview.inspections), "files": preview.files, "bytes": preview.size}
        entry.seal(Change(actor, "purge.proposed", "purge", row.id, reason, payload))
        return load_purge(entry.session, row.id)


def approve_purge(ledger: Ledger, purge_id: int, actor: Actor, reason: str) -> Purge:
    """Record that a second person agrees; who proposed it cannot."""
    reason = check_reason(reason)
    with ledger.entry() as entry:
        purge = load_purge(entry.session, purge_id)
        if purge.standing != "proposed":
            raise InvalidRecord(f"Purge {purge_id} is {purge.standing} already.")
        if purge.proposed_by.name.casefold() == actor.name.casefold():
            raise InvalidRecord(f"{actor.name} proposed purge {purge_id}; somebody else must approve it.")
        return _change_standing(entry, purge_id, "approved", actor, reason)


def withdraw_purge(ledger: Ledger, purge_id: int, actor: Actor, reason: str) -> Purge:
    """Record that a purge will not be carried out; its files stay."""
    reason = check_reason(reason)
    with ledger.entry() as entry:
        purge = load_purge(entry.session, purge_id)
        if purge.standing in ("done", "withdrawn") or purge.purged_files:
            raise InvalidRecord(f"Purge {purge_id} is {'done' if purge.purged_files else purge.standing} already.")
        return _change_standing(entry, purge_id, "withdrawn", actor, reason)


def carry_out_purge(ledger: Ledger, purge_id: int, actor: Actor, on_share: OnShare = lambda share: None) -> Purge:
    """Delete the files of an approved purge whose time is still over; what came under a hold meanwhile stays."""
    with ledger.entry() as entry:
        purge = load_purge(entry.session, purge_id)
        if purge.standing != "approved":
            raise InvalidRecord(f"Purge {purge_id} is {purge.standing}; only an approved one can be carried out.")
        if not purge.purged_files:
            _add_tombstones(entry, purge_id, actor, ledger)
    _unlink_all(ledger, purge_id, on_share)
    return _note_done(ledger, purge_id, actor)


def finish_purges(ledger: Ledger) -> int:
    """Remove what purges that a crash interrupted left behind, and return how many were finished.

    What cannot be removed now stays for the next time: opening a station must not fail for it.
    """
    with read(ledger.engine) as session:
        open_purges = _list_interrupted(session)
    for purge_id in open_purges:
        try:
            _unlink_all(ledger, purge_id, lambda share: None)
            _note_done(ledger, purge_id, SYSTEM)
        except KnownError:
            return 0
    return len(open_purges)


def load_purges(session: Session) -> list[Purge]:
    """Return every purge, newest first."""
    numbers = session.scalars(select(schema.Purge.id).order_by(schema.Purge.id.desc())).all()
    return [load_purge(session, number) for number in numbers]


def load_purge(session: Session, purge_id: int) -> Purge:
    """Return a purge; `UnknownPurge` when there is none."""
    row = session.get(schema.Purge, purge_id)
    if row is None:
        raise UnknownPurge(f"There is no purge {purge_id}; 'retention show' lists those there are.")
    event = session.get_one(schema.Event, row.event_seq)
    states = {state.state: state for state in _load_states(session, purge_id)}
    standing: PurgeStanding = next((word for word in ("done", "withdrawn", "approved") if word in states), "proposed")
    second = states.get("approved") or states.get("withdrawn")
    second_event = None if second is None else session.get_one(schema.Event, second.event_seq)
    inspections, files = _read_contents(row.contents)
    tombstones = session.scalars(select(schema.Tombstone.size).where(schema.Tombstone.purge_id == purge_id)).all()
    return Purge(
        id=purge_id,
        standing=standing,
        inspections=tuple(inspections),
        files=len(files),
        size=sum(files.values()),
        reason=row.reason,
        proposed_by=read_actor(event),
        proposed_at=event.recorded_at,
        approved_by=None if second_event is None else read_actor(second_event),
        approved_at="" if second_event is None else second_event.recorded_at,
        approval="" if second is None else second.reason,
        purged_files=len(tombstones),
        purged_size=sum(tombstones),
    )


def load_purged_files(session: Session, purge_id: int) -> list[str]:
    """Return the hashes of the files that left a tombstone in a purge."""
    chosen = select(schema.Tombstone.sha256).where(schema.Tombstone.purge_id == purge_id)
    return list(session.scalars(chosen.order_by(schema.Tombstone.sha256)))


def find_purged(session: Session, sha256: str) -> Purged | None:
    """Return what is known of a purged file; None for one that was not, or that came in again afterwards."""
    tombstone = session.get(schema.Tombstone, sha256)
    if tombstone is None or is_cited_after(session, sha256, tombstone.event_seq):
        return None
    purge = load_purge(session, tombstone.purge_id)
    if purge.approved_by is None or purge.standing == "withdrawn":
        return None
    moment = session.get_one(schema.Event, tombstone.event_seq).recorded_at
    return Purged(sha256, tombstone.size, purge.id, moment, purge.proposed_by.name, purge.approved_by.name)


def refuse_purged(session: Session, sha256: str) -> None:
    """Raise `PurgedBlob` when a file is missing because it was purged."""
    purged = find_purged(session, sha256)
    if purged is not None:
        raise PurgedBlob(purged.sentence)


def _find_over(kept: KeptFiles, ledger: Ledger) -> tuple[PurgePreview, dict[str, int]]:
    now = ledger.stamp.clock()
    hashes = {
        sha256: kept.sizes[sha256] for sha256, last_day in sorted(kept.last_days.items()) if is_over(last_day, now)
    }
    over = (number for number, hashes_of in kept.files_of.items() if not hashes.keys().isdisjoint(hashes_of))
    preview = PurgePreview(tuple(sorted(over)), len(hashes), sum(hashes.values()))
    return preview, hashes


def _add_tombstones(entry: Entry, purge_id: int, actor: Actor, ledger: Ledger) -> None:
    """Commit to the deletion of what was proposed and is still over."""
    _, still_over = _find_over(load_kept_files(entry.session), ledger)
    _, proposed = _read_contents(entry.session.get_one(schema.Purge, purge_id).contents)
    known = set(entry.session.scalars(select(schema.Tombstone.sha256)))
    chosen = {sha256: size for sha256, size in proposed.items() if sha256 in still_over and sha256 not in known}
    for sha256, size in chosen.items():
        entry.add(schema.Tombstone(sha256=sha256, event_seq=entry.seq, purge_id=purge_id, size=size))
    payload = {"files": len(chosen), "bytes": sum(chosen.values()), "kept": len(proposed) - len(chosen)}
    entry.seal(Change(actor, "purge.carried_out", "purge", purge_id, payload=payload))


def _unlink_all(ledger: Ledger, purge_id: int, on_share: OnShare) -> None:
    with read(ledger.engine) as session:
        hashes = load_purged_files(session, purge_id)
    for start in range(0, len(hashes), _AT_ONCE):
        some = hashes[start : start + _AT_ONCE]
        _unlink_some(ledger, purge_id, some)
        on_share((start + len(some)) / len(hashes))


def _unlink_some(ledger: Ledger, purge_id: int, hashes: Sequence[str]) -> None:
    """Unlink under the write lock: whoever records what cites one of these bytes does it before, or finds them gone."""
    with ledger.entry() as entry, explain_faults(ledger.blobs.folder):
        kept_anew = load_cited_again(entry.session, purge_id)
        paths = [ledger.blobs.path(sha256) for sha256 in hashes if sha256 not in kept_anew]
        folders = {path.parent for path in paths if path.parent.is_dir()}
        for path in paths:
            path.unlink(missing_ok=True)
        for folder in folders:
            flush_folder(folder)


def _note_done(ledger: Ledger, purge_id: int, actor: Actor) -> Purge:
    with ledger.entry() as entry:
        purge = load_purge(entry.session, purge_id)
        if purge.standing == "done":
            return purge  # another process, which opened this home after a crash, was quicker
        return _change_standing(entry, purge_id, "done", actor, "all files of it are deleted")


def _change_standing(
    entry: Entry, purge_id: int, standing: Literal["approved", "withdrawn", "done"], actor: Actor, reason: str
) -> Purge:
    number = entry.next_key(schema.PurgeState)
    row = schema.PurgeState(id=number, event_seq=entry.seq, purge_id=purge_id, state=standing, reason=reason)
    entry.add(row)
    entry.seal(Change(actor, f"purge.{standing}", "purge", purge_id, reason))
    return load_purge(entry.session, purge_id)


def _list_interrupted(session: Session) -> list[int]:
    """Return the approved purges that left tombstones but are not done."""
    state = schema.PurgeState
    done = select(state.purge_id).where(state.state.in_(("done", "withdrawn")))
    chosen = select(state.purge_id).where(state.state == "approved", state.purge_id.not_in(done))
    begun = select(schema.Tombstone.purge_id)
    return list(session.scalars(chosen.where(state.purge_id.in_(begun)).order_by(state.purge_id)))


def _load_states(session: Session, purge_id: int) -> Iterator[schema.PurgeState]:
    yield from session.scalars(select(schema.PurgeState).where(schema.PurgeState.purge_id == purge_id))


def _read_contents(text: str) -> tuple[list[int], dict[str, int]]:
    """Return the inspections and the files, with their sizes, that a proposal lists."""
    contents = read_json(text)
    if not isinstance(contents, dict):
        return [], {}
    numbers = cast(list[int], contents.get("inspections", []))
    return numbers, {str(sha256): int(size) for sha256, size in cast(list[tuple[str, int]], contents["files"])}
