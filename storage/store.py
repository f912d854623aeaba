"""The one door to the storage room: a home folder's audit database and blobs, opened, written, asked, verified.

It only joins the modules beside it; each of those holds one idea. Nothing is returned as recorded before it is
committed, and nothing recorded is ever changed. Threads may share a store, and processes a home folder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from storage import accounts, anchors, backup, history, inspection_queries, product_queries, products, recording
from storage.audit_chain import Change, Clock, Ledger, Stamp, local_time
from storage.blobs import BlobFolder
from storage.chain_end import ChainEnd, check_chain_end
from storage.database import open_engine, read
from storage.errors import MissingBlob
from storage.exports.evidence import export_evidence
from storage.faults import explain_faults
from storage.keeping import Keeping
from storage.local_disk import refuse_network_share
from storage.measuring import measure_database
from storage.migrating import prepare_database
from storage.records import (
    Account,
    Actor,
    BackupSummary,
    BlobRef,
    Comment,
    CorrectedMask,
    DatabaseMeasure,
    Decision,
    Disposition,
    FailedInspection,
    HistoryOrder,
    InspectionFilter,
    InspectionSummary,
    Json,
    Meaning,
    NewInspection,
    NewQuery,
    NewReference,
    NewTurn,
    ProductVersion,
    RecordedEvent,
    RecordedFailure,
    RecordedInspection,
    RecordedQuery,
    RecordedTurn,
    Role,
    Severity,
    Signature,
    VerificationReport,
)
from storage.statistics import Moments, PeriodCounts, count_periods, find_span
from storage.verify import Progress, verify_database

if TYPE_CHECKING:
    from storage.archive.syncing import SyncSummary

EVERYTHING = InspectionFilter()
NEWEST_FIRST = HistoryOrder()


class Store:
    """A home folder's records. Every method raises `KnownError` with a sentence when the world is in the way."""

    has_files = True
    """Whether photos and maps lie in a folder of this computer."""

    def __init__(self, home: Path, ledger: Ledger) -> None:
        self.home = home
        self._ledger = ledger
        self._engine = ledger.engine
        self._blobs = ledger.blobs
        self.keeping = Keeping(home, ledger)
        """Retention, purges, checks, backups: what keeps the records as a whole."""

    @classmethod
    def open(cls, home: Path, *, application_version: str, clock: Clock = local_time) -> Self:
        """Open a home folder, made where it is missing; migrates an older database after backing it up."""
        refuse_network_share(home)
        with explain_faults(home):
            home.mkdir(parents=True, exist_ok=True)
        blobs = BlobFolder(home / backup.BLOBS_NAME)
        blobs.create()
        engine = open_engine(home / backup.DATABASE_NAME)
        store = cls(home, Ledger(engine, blobs, Stamp(application_version, clock)))
        try:
            prepare_database(store._ledger, home / "backups")
            store.keeping.finish_purges()
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Close every connection; the store cannot be used afterwards."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Photos, maps, masks and overlays

    def put_blob(self, data: bytes) -> BlobRef:
        """Keep bytes; durable when this returns, and kept once however often they come."""
        return self._blobs.put(data)

    def put_blob_file(self, path: Path) -> BlobRef:
        """Keep a copy of a file, byte for byte."""
        return self._blobs.put_file(path)

    def read_blob(self, blob: BlobRef | str) -> bytes:
        """The bytes of a blob or of its hash, checked; `MissingBlob`, `PurgedBlob` or `DamagedBlob` otherwise."""
        sha256 = blob if isinstance(blob, str) else blob.sha256
        try:
            return self._blobs.read(sha256)
        except MissingBlob:
            self.keeping.refuse_purged(sha256)
            raise

    def blob_path(self, sha256: str) -> Path:
        """Where a blob lies; for showing its folder, not for reading it unchecked."""
        return self._blobs.path(sha256)

    # Products and references

    def add_product(
        self, name: str, references: Sequence[NewReference], settings: Json, actor: Actor, reason: str = ""
    ) -> ProductVersion:
        """Make a product of 1 to 200 characters' name; `ProductExists` when the name is taken, whatever its case."""
        return products.add_product(self._ledger, name, references, settings, actor, reason)

    def add_references(
        self, name: str, references: Sequence[NewReference], actor: Actor, reason: str = ""
    ) -> ProductVersion:
        """Make a product's next version, with more references; the same photo twice is `InvalidRecord`."""
        return products.add_references(self._ledger, name, references, actor, reason)

    def approve_reference(self, name: str, reference_id: int, actor: Actor, reason: str = "") -> ProductVersion:
        """Make a product's next version, with a proposed reference approved."""
        return products.approve_reference(self._ledger, name, reference_id, actor, reason)

    def retire_reference(self, name: str, reference_id: int, actor: Actor, reason: str) -> ProductVersion:
        """Make a product's next version, without a reference; the reason needs 10 characters."""
        return products.retire_reference(self._ledger, name, reference_id, actor, reason)

    def change_settings(
        self, name: str, settings: Json, actor: Actor, reason: str, based_on: int | None = None
    ) -> ProductVersion:
        """Make a product's next version, with other settings; the reason needs 10 characters.

        `InvalidRecord` when `based_on` names a version that is not the newest any more.
        """
        return products.change_settings(self._ledger, name, settings, actor, reason, based_on)

    def retire_product(self, name: str, actor: Actor, reason: str) -> ProductVersion:
        """Take a product out of use; the reason needs 10 characters."""
        return products.retire_product(self._ledger, name, actor, reason)

    def reinstate_product(self, name: str, actor: Actor, reason: str) -> ProductVersion:
        """Take a retired product back into use; the reason needs 10 characters."""
        return products.reinstate_product(self._ledger, name, actor, reason)

    def get_product(self, name: str, version: int | None = None) -> ProductVersion:
        """A product's newest version, or the one asked for; `UnknownProduct` names similar ones."""
        with read(self._engine) as session:
            return product_queries.load_product(session, name, version)

    def list_products(self, include_retired: bool = False) -> list[ProductVersion]:
        """The newest version of every product, by name."""
        with read(self._engine) as session:
            return product_queries.load_products(session, include_retired)

    # Inspections and what people add to them

    def record_inspection(self, inspection: NewInspection, actor: Actor) -> RecordedInspection:
        """Record an inspection whose blobs are kept already; whole or not at all, and durable when this returns."""
        return recording.record_inspection(self._ledger, inspection, actor)

    def record_failure(self, failure: FailedInspection, actor: Actor) -> RecordedFailure:
        """Record that a photo could not be judged."""
        return recording.record_failure(self._ledger, failure, actor)

    def record_event(
        self, action: str, object_type: str, object_id: str | int, payload: Json, actor: Actor, reason: str = ""
    ) -> RecordedEvent:
        """Record what adds no row of its own: a setting, a model pack, an export, a report."""
        return recording.record_event(self._ledger, Change(actor, action, object_type, object_id, reason, payload))

    def add_disposition(
        self,
        inspection_id: int,
        decision: Decision,
        code: str,
        reason: str,
        actor: Actor,
        severity: Severity | None = None,
    ) -> Disposition:
        """Put a person's decision beside a verdict; the reason needs 10 characters."""
        return recording.add_disposition(self._ledger, inspection_id, decision, code, reason, actor, severity)

    def add_comment(self, inspection_id: int, text: str, actor: Actor) -> Comment:
        """Put a person's remark beside an inspection, verbatim; at most 100,000 characters."""
        return recording.add_comment(self._ledger, inspection_id, text, actor)

    def add_corrected_mask(self, inspection_id: int, mask: BlobRef, reason: str, actor: Actor) -> CorrectedMask:
        """Put the defect as a person drew it beside the machine's mask: a kept PNG of the photo's size, 0 and 255.

        The reason needs 10 characters.
        """
        return recording.add_corrected_mask(self._ledger, inspection_id, mask, reason, actor)

    def add_turn(self, inspection_id: int, turn: NewTurn, actor: Actor) -> RecordedTurn:
        """Put a turn at the end of an inspection's conversation, durable when this returns; earlier ones stay."""
        return recording.add_turn(self._ledger, inspection_id, turn, actor)

    def add_query(self, inspection_id: int, query: NewQuery, actor: Actor) -> RecordedQuery:
        """Put what was highlighted beside an inspection, durable when this returns; earlier queries stay."""
        return recording.add_query(self._ledger, inspection_id, query, actor)

    def get_inspection(self, inspection_id: int) -> RecordedInspection:
        """One inspection with all that belongs to it; `UnknownInspection` when there is none."""
        with read(self._engine) as session:
            return inspection_queries.load_inspection(session, inspection_id)

    def list_inspections(
        self,
        matching: InspectionFilter = EVERYTHING,
        limit: int = history.PAGE,
        before_id: int | None = None,
        order: HistoryOrder = NEWEST_FIRST,
        after: InspectionSummary | None = None,
    ) -> list[InspectionSummary]:
        """A page of the history in some order; the next page is the one `after` the last line of this one.

        `before_id` leaves out what is not older than that number.
        """
        with read(self._engine) as session:
            return history.load_history(session, matching, history.Page(limit, order, before_id, after))

    def count_inspections(self, matching: InspectionFilter = EVERYTHING) -> int:
        """How many inspections match."""
        with read(self._engine) as session:
            return history.count_history(session, matching)

    def find_next_unreviewed(
        self, after_id: int | None = None, matching: InspectionFilter = history.UNREVIEWED
    ) -> int | None:
        """The next older inspection that waits for a person's decision, else the newest; None when no other waits.

        Unless `matching` says otherwise those with the verdicts review and reject wait.
        """
        with read(self._engine) as session:
            return history.find_next(session, matching, after_id)

    def list_failures(
        self, matching: InspectionFilter = EVERYTHING, limit: int = history.PAGE, before_id: int | None = None
    ) -> list[RecordedFailure]:
        """A page of the photos that could not be judged, newest first, narrowed by product, time and text."""
        with read(self._engine) as session:
            return history.load_failures(session, matching, limit, before_id)

    def count_failures(self, matching: InspectionFilter = EVERYTHING) -> int:
        """How many failures match."""
        with read(self._engine) as session:
            return history.count_failures(session, matching)

    def find_span(self) -> tuple[str, str]:
        """The earliest and the latest moment at which anything was recorded."""
        with read(self._engine) as session:
            return find_span(session)

    def count_periods(self, periods: Sequence[Moments], product: str | None = None) -> PeriodCounts:
        """Count inspections by period, product version, verdict and newest decision; periods must not overlap."""
        with read(self._engine) as session:
            return count_periods(session, periods, product)

    def list_recent_reasons(self, limit: int = 10) -> list[str]:
        """The reasons last given for dispositions, newest first, each once."""
        with read(self._engine) as session:
            return history.load_recent_reasons(session, limit)

    def list_events(self, limit: int = history.PAGE, before_seq: int | None = None) -> list[RecordedEvent]:
        """A page of the chain, newest first."""
        with read(self._engine) as session:
            return history.load_events(session, limit, before_seq)

    # People

    def add_account(self, name: str, role: Role, password_hash: str, actor: Actor, reason: str) -> Account:
        """Make an account; `AccountExists` when the name is taken. The reason needs 10 characters."""
        return accounts.add_account(self._ledger, name, role, password_hash, actor, reason)

    def change_account(self, changed: Account, actor: Actor, reason: str) -> Account:
        """Record an account's new role, password or standing; one administrator always stays."""
        return accounts.change_account(self._ledger, changed, actor, reason)

    def get_account(self, name: str) -> Account:
        """An account by name, whatever its case; `UnknownAccount` when there is none."""
        with read(self._engine) as session:
            return accounts.load_account(session, name)

    def list_accounts(self) -> list[Account]:
        """Every account, by name."""
        with read(self._engine) as session:
            return accounts.load_accounts(session)

    def has_accounts(self) -> bool:
        """Whether people have to log on here."""
        with read(self._engine) as session:
            return accounts.count_accounts(session) > 0

    def list_log_on_events(self, account_id: int, limit: int = 50) -> list[tuple[str, str]]:
        """The newest log-ons, log-offs, failures and lock-outs of an account: action and moment, newest first."""
        with read(self._engine) as session:
            return accounts.load_log_on_events(session, account_id, limit)

    def add_signature(
        self, inspection_id: int, signer: Account, meaning: Meaning, comment: str, actor: Actor
    ) -> Signature:
        """Put a signature under an inspection, bound to its record's hash; the same person signs it once."""
        return accounts.add_signature(self._ledger, inspection_id, signer, meaning, comment, actor)

    def list_signatures(self, inspection_id: int) -> list[Signature]:
        """The signatures under an inspection, oldest first."""
        with read(self._engine) as session:
            return accounts.load_signatures(session, inspection_id)

    # Proof that travels

    def export_evidence(
        self, inspection_ids: Sequence[int], path: Path, documents: Mapping[str, bytes], actor: Actor
    ) -> anchors.Anchor:
        """Write a zip that proves inspections to whoever has only Python; return the anchor that signs it.

        `documents` are further files by their path in the zip.
        """
        return export_evidence(self._ledger, self.home, inspection_ids, path, documents, actor)

    # The database as a whole

    def verify(self, progress: Progress | None = None) -> VerificationReport:
        """Recompute every hash of events, rows and blobs; `progress` gets shares from 0 to 1 and what is looked at."""
        return verify_database(self._engine, self._blobs, progress)

    def check_end(self) -> ChainEnd:
        """Recompute the newest events only; quick however long the chain is."""
        return check_chain_end(self._engine)

    def anchor(self, cause: str) -> anchors.Anchor:
        """Sign where the chain ends now, for the file of anchors and for print; `cause` is a word such as "close"."""
        return anchors.sign_head(self._ledger, self.home, cause)

    def find_newest_anchor(self) -> anchors.Anchor | None:
        """The anchor made last; None where there is none yet."""
        return anchors.find_newest_anchor(self.home)

    def measure(self) -> DatabaseMeasure:
        """How large everything is and how much there is of it."""
        return measure_database(self._engine, self.home / backup.DATABASE_NAME)

    def backup(self, destination: Path, actor: Actor) -> BackupSummary:
        """Copy everything, verified, into a new folder, while others may write; noted in the chain afterwards."""
        summary = backup.make_backup(self._engine, self._blobs, destination)
        recording.record_event(self._ledger, _note_copy("backup.made", summary, actor))
        return summary

    def sync(self, address: str, name: str | None, actor: Actor, progress: Progress | None = None) -> SyncSummary:
        """Copy what is new to the archive at an address, each batch proved there, and note it in the chain."""
        from storage.archive.syncing import sync_station  # noqa: PLC0415 - brings the driver, which few stations need

        return sync_station(self._ledger, address, name, actor, progress)

    @classmethod
    def restore(cls, source: Path, new_home: Path, actor: Actor, *, application_version: str) -> BackupSummary:
        """Copy a backup, verified, into a new home folder; noted in the chain there."""
        summary = backup.restore_backup(source, new_home)
        with cls.open(new_home, application_version=application_version) as store:
            recording.record_event(store._ledger, _note_copy("backup.restored", summary, actor))
        return summary


def _note_copy(action: str, summary: BackupSummary, actor: Actor) -> Change:
    payload = {"events": summary.events, "blobs": summary.blobs, "head_hash": summary.head_hash}
    return Change(actor, action, "database", "audit.sqlite", payload=payload)
