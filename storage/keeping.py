"""What keeps the records as a whole for years: retention and purges, checks, anchors of each day, planned backups.

A part of the store (`store.keeping`); it only joins the modules beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from storage import anchors, automatic_backups, forecasting, integrity, purging, retention, searching
from storage.audit_chain import Ledger
from storage.automatic_backups import BackupPlan, FoundBackup
from storage.database import read
from storage.forecasting import Forecast
from storage.integrity import CheckKind, CheckResult
from storage.purging import OnShare, Purge, Purged, PurgePreview
from storage.records import Actor, BackupSummary, VerificationReport
from storage.retention import LegalHold, RecordedRule, RetentionRule
from storage.verify import Progress


class Keeping:
    """Every method raises `KnownError` with a sentence when the world is in the way."""

    def __init__(self, home: Path, ledger: Ledger) -> None:
        self._home = home
        self._ledger = ledger

    # Retention

    def list_rules(self) -> list[RecordedRule]:
        """The rules in force, that of everything without a rule of its own first."""
        with read(self._ledger.engine) as session:
            return retention.load_rules(session)

    def set_rule(self, product: str | None, rule: RetentionRule, actor: Actor, reason: str) -> RecordedRule:
        """Say how long a product's inspections are kept, or, without a product, all that have no rule of their own."""
        return retention.set_rule(self._ledger, product, rule, actor, reason)

    def list_holds(self) -> list[LegalHold]:
        """The legal holds that hold now."""
        with read(self._ledger.engine) as session:
            return retention.list_active_holds(retention.load_holds(session))

    def set_hold(
        self, product: str | None, inspection_id: int | None, actor: Actor, reason: str, *, is_held: bool
    ) -> LegalHold:
        """Put a legal hold on a product, an inspection or, without either, everything; or release it."""
        return retention.set_hold(self._ledger, product, inspection_id, actor, reason, is_held=is_held)

    def forecast(self) -> Forecast:
        """How much room records take and will take, and when their time is over."""
        return forecasting.forecast(self._ledger)

    # Search

    def rebuild_search_index(self, actor: Actor) -> int:
        """Make the index of words anew from the records; return how many rows it holds."""
        return searching.rebuild_index(self._ledger, actor)

    # Purges

    def preview_purge(self) -> PurgePreview:
        """What could be purged now."""
        return purging.preview_purge(self._ledger)

    def propose_purge(self, actor: Actor, reason: str) -> Purge:
        """Propose to delete the files of everything whose time is over."""
        return purging.propose_purge(self._ledger, actor, reason)

    def approve_purge(self, purge_id: int, actor: Actor, reason: str) -> Purge:
        """Agree to a purge as the second person."""
        return purging.approve_purge(self._ledger, purge_id, actor, reason)

    def withdraw_purge(self, purge_id: int, actor: Actor, reason: str) -> Purge:
        """Let a purge be; its files stay."""
        return purging.withdraw_purge(self._ledger, purge_id, actor, reason)

    def carry_out_purge(self, purge_id: int, actor: Actor, on_share: OnShare = lambda share: None) -> Purge:
        """Delete the files of an approved purge whose time is still over."""
        return purging.carry_out_purge(self._ledger, purge_id, actor, on_share)

    def finish_purges(self) -> int:
        """Remove what interrupted purges left behind."""
        return purging.finish_purges(self._ledger)

    def list_purges(self) -> list[Purge]:
        """Every purge, newest first."""
        with read(self._ledger.engine) as session:
            return purging.load_purges(session)

    def list_purged_files(self, purge_id: int) -> list[str]:
        """The hashes of the files that a purge deleted."""
        with read(self._ledger.engine) as session:
            return purging.load_purged_files(session, purge_id)

    def find_purged(self, sha256: str) -> Purged | None:
        """What is known of a file that was purged; None for any other."""
        with read(self._ledger.engine) as session:
            return purging.find_purged(session, sha256)

    def refuse_purged(self, sha256: str) -> None:
        """Raise `PurgedBlob` when a file is not there because it was purged."""
        with read(self._ledger.engine) as session:
            purging.refuse_purged(session, sha256)

    # Checks and anchors

    def check_quickly(self, actor: Actor) -> CheckResult:
        """Look at the newest part of everything, and record what was found."""
        return integrity.check_quickly(self._ledger, actor)

    def check_fully(self, actor: Actor, progress: Progress | None = None) -> tuple[CheckResult, VerificationReport]:
        """Recompute everything, and record what was found."""
        return integrity.check_fully(self._ledger, actor, progress)

    def list_checks(self, limit: int = 20, kind: CheckKind | None = None) -> list[CheckResult]:
        """The newest checks, newest first."""
        with read(self._ledger.engine) as session:
            return integrity.load_checks(session, limit, kind)

    def find_recent_check(self) -> CheckResult | None:
        """The newest check among the last events of the chain; quick however long the chain is."""
        with read(self._ledger.engine) as session:
            return integrity.find_recent_check(session)

    def anchor_day(self) -> anchors.Anchor | None:
        """Sign where the chain ends, once a day; None where that is done."""
        return anchors.sign_day(self._ledger, self._home)

    # Planned backups

    def list_backups(self, plan: BackupPlan) -> list[FoundBackup]:
        """This station's backups in the folder of a plan, newest first."""
        return automatic_backups.list_backups(plan, self.chain)

    def is_backup_due(self, plan: BackupPlan) -> bool:
        """Whether a plan wants a backup now."""
        return automatic_backups.is_backup_due(plan, self.chain, self._ledger.stamp.clock())

    def make_planned_backup(self, plan: BackupPlan, make: Callable[[Path, Actor], BackupSummary]) -> BackupSummary:
        """Make a backup by `make` where a plan says, and remove those that are too many."""
        return automatic_backups.make_planned_backup(self._ledger, plan, self.chain, make)

    def find_backup_failure(self) -> tuple[str, str]:
        """When the last backup failed and why; "" and "" where one succeeded since."""
        return automatic_backups.find_last_failure(self._ledger)

    @property
    def chain(self) -> str:
        """The identity of this database, from its first event."""
        with read(self._ledger.engine) as session:
            return anchors.read_chain_name(session.connection())
