"""People who can log on, and their signatures: rows of the audit database like everything else, never changed.

Passwords come in as hashes and are compared elsewhere. What a role may do is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast, get_args

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from storage import schema
from storage.account_events import LOCKED_OUT, LOG_ON_FAILED, LOGGED_OFF, LOGGED_ON
from storage.audit_chain import Change, Entry, Ledger
from storage.errors import AccountExists, InvalidRecord, UnknownAccount, UnknownInspection
from storage.findings import Findings, name_row
from storage.product_queries import fold_name
from storage.products import check_name
from storage.records import Account, Actor, Meaning, Role, Signature, check_length, check_reason

_LOG_ON_ACTIONS = (LOGGED_ON, LOGGED_OFF, LOG_ON_FAILED, LOCKED_OUT)


def add_account(ledger: Ledger, name: str, role: Role, password_hash: str, actor: Actor, reason: str) -> Account:
    """Make an account; `AccountExists` when the name is taken, whatever its case."""
    name, reason = check_name(name), check_reason(reason)
    with ledger.entry() as entry:
        if find_account(entry.session, name) is not None:
            raise AccountExists(f"There is an account {name} already; choose another name.")
        row = schema.Account(
            id=entry.next_key(schema.Account), event_seq=entry.seq, name=name, folded_name=fold_name(name)
        )
        entry.add(row)
        _add_state(entry, Account(row.id, name, role, password_hash, True), reason)
        entry.seal(Change(actor, "account.added", "account", row.id, reason, {"name": name, "role": role}))
        return load_account(entry.session, name)


def change_account(ledger: Ledger, changed: Account, actor: Actor, reason: str) -> Account:
    """Record an account's new role, password or standing; its name stays for ever."""
    reason = check_reason(reason)
    with ledger.entry() as entry:
        old = load_account(entry.session, changed.name)
        _keep_an_administrator(entry.session, old, changed)
        _add_state(entry, changed, reason)
        # The hashes themselves stay out of the payload: it is shown to people.
        payload = {
            "old": {"role": old.role, "active": old.active},
            "new": {"role": changed.role, "active": changed.active},
            "password_changed": old.password_hash != changed.password_hash,
        }
        entry.seal(Change(actor, "account.changed", "account", old.id, reason, payload))
        return load_account(entry.session, changed.name)


def load_account(session: Session, name: str) -> Account:
    """Return an account by name, whatever its case; `UnknownAccount` when there is none."""
    found = find_account(session, name)
    if found is None:
        raise UnknownAccount(f"There is no account {name}; 'account list' shows those there are.")
    return found


def find_account(session: Session, name: str) -> Account | None:
    """Return an account by name, whatever its case, or None."""
    row = session.scalars(select(schema.Account).where(schema.Account.folded_name == fold_name(name))).first()
    return _read_account(session, row) if row is not None else None


def load_accounts(session: Session) -> list[Account]:
    """Return every account, by name."""
    rows = session.scalars(select(schema.Account).order_by(schema.Account.folded_name))
    return [_read_account(session, row) for row in rows]


def count_accounts(session: Session) -> int:
    """How many accounts there are; none means that one person works here without logging on."""
    return session.scalar(select(func.count()).select_from(schema.Account)) or 0


def load_log_on_events(session: Session, account_id: int, limit: int) -> list[tuple[str, str]]:
    """Return the newest log-ons, log-offs, failures and lock-outs of an account: action and moment, newest first."""
    found = session.execute(
        select(schema.Event.action, schema.Event.recorded_at)
        .where(schema.Event.action.in_(_LOG_ON_ACTIONS), schema.Event.object_type == "account")
        .where(schema.Event.object_id == str(account_id))
        .order_by(schema.Event.seq.desc())
        .limit(limit)
    )
    return [(str(action), str(moment)) for action, moment in found]


def add_signature(
    ledger: Ledger, inspection_id: int, signer: Account, meaning: Meaning, comment: str, actor: Actor
) -> Signature:
    """Put a signature under an inspection, bound to the hash of its record; the same person signs it once."""
    if meaning not in get_args(Meaning):
        raise InvalidRecord(f"The meaning of a signature is {meaning!r}; use one of {', '.join(get_args(Meaning))}.")
    check_length(comment)
    with ledger.entry() as entry:
        record_hash = _load_record_hash(entry.session, inspection_id)
        if any(signature.account_id == signer.id for signature in load_signatures(entry.session, inspection_id)):
            raise InvalidRecord(
                f"{signer.name} has signed inspection {inspection_id} already; a second signer must be somebody else."
            )
        row = schema.Signature(
            id=entry.next_key(schema.Signature),
            event_seq=entry.seq,
            inspection_id=inspection_id,
            account_id=signer.id,
            printed_name=signer.name,
            meaning=meaning,
            record_hash=record_hash,
            comment=comment,
        )
        entry.add(row)
        payload = {"meaning": meaning, "record_hash": record_hash, "signer": signer.name}
        entry.seal(Change(actor, "inspection.signed", "inspection", inspection_id, payload=payload))
        return load_signatures(entry.session, inspection_id)[-1]


def load_signatures(session: Session, inspection_id: int) -> list[Signature]:
    """Return the signatures under an inspection, oldest first."""
    found = session.execute(
        select(schema.Signature, schema.Event.recorded_at)
        .join(schema.Event, schema.Event.seq == schema.Signature.event_seq)
        .where(schema.Signature.inspection_id == inspection_id)
        .order_by(schema.Signature.id)
    )
    return [_read_signature(row, moment) for row, moment in found]


def check_signatures(connection: Connection, findings: Findings) -> None:
    """Every signature must name the hash of the very record it stands under."""
    signed = (
        select(schema.Signature.id, schema.Signature.record_hash, schema.Event.hash)
        .join(schema.Inspection, schema.Inspection.id == schema.Signature.inspection_id)
        .join(schema.Event, schema.Event.seq == schema.Inspection.event_seq)
    )
    for number, record_hash, event_hash in connection.execute(signed):
        if record_hash != event_hash:
            findings.add(name_row("signatures", [number]), "does not belong to the record it stands under")


def _add_state(entry: Entry, account: Account, reason: str) -> None:
    if account.role not in get_args(Role):
        raise InvalidRecord(f"The role is {account.role!r}; use one of {', '.join(get_args(Role))}.")
    entry.add(
        schema.AccountState(
            id=entry.next_key(schema.AccountState),
            event_seq=entry.seq,
            account_id=account.id,
            role=account.role,
            password_hash=account.password_hash,
            active=int(account.active),
            reason=reason,
        )
    )


def _keep_an_administrator(session: Session, old: Account, new: Account) -> None:
    """Refuse the change after which nobody could make changes any more."""
    others: Sequence[Account] = [account for account in load_accounts(session) if account.id != old.id]
    if not any(_is_in_charge(account) for account in (*others, new)):
        raise InvalidRecord(f"{old.name} is the only administrator; give somebody else that role first.")


def _is_in_charge(account: Account) -> bool:
    return account.active and account.role == "administrator"


def _read_account(session: Session, row: schema.Account) -> Account:
    state = session.scalars(
        select(schema.AccountState)
        .where(schema.AccountState.account_id == row.id)
        .order_by(schema.AccountState.id.desc())
        .limit(1)
    ).one()
    return Account(row.id, row.name, cast(Role, state.role), state.password_hash, bool(state.active))


def _load_record_hash(session: Session, inspection_id: int) -> str:
    found = session.scalar(
        select(schema.Event.hash)
        .join(schema.Inspection, schema.Inspection.event_seq == schema.Event.seq)
        .where(schema.Inspection.id == inspection_id)
    )
    if found is None:
        raise UnknownInspection(f"There is no inspection {inspection_id}; 'history' shows those there are.")
    return found


def _read_signature(row: schema.Signature, moment: str) -> Signature:
    return Signature(
        row.id,
        row.inspection_id,
        row.account_id,
        row.printed_name,
        cast(Meaning, row.meaning),
        row.record_hash,
        row.comment,
        moment,
        row.event_seq,
    )
