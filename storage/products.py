"""Products and their references: every change makes the next version, and older versions stay as they were.

What a product version is used for is not known here; reading them back is `product_queries`' affair.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from storage import schema
from storage.audit_chain import Change, Entry, Ledger
from storage.canonical import canonical_text
from storage.errors import InvalidRecord, ProductExists, UnknownReference
from storage.product_queries import fold_name, load_product, load_version
from storage.records import (
    MAX_NAME,
    Actor,
    Json,
    NewReference,
    ProductVersion,
    ReferenceRow,
    ReferenceState,
    check_reason,
)

_UNFIT_FOR_NAMES = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode categories of control characters, half surrogate pairs, line and paragraph separators."""


@dataclass(frozen=True, order=True)
class _Standing:
    """A reference's number and its state in the version being made."""

    reference_id: int
    state: ReferenceState


def add_product(
    ledger: Ledger, name: str, references: Sequence[NewReference], settings: Json, actor: Actor, reason: str = ""
) -> ProductVersion:
    """Make a product and its version 1; `ProductExists` when the name is taken, whatever its case."""
    name = check_name(name)
    with ledger.entry() as entry:
        _refuse_taken_name(entry, name)
        _refuse_known_photos((), references)
        product = schema.Product(
            id=entry.next_key(schema.Product), event_seq=entry.seq, name=name, folded_name=fold_name(name)
        )
        entry.add(product)
        standings = list(_add_references(entry, product.id, references, reason))
        version = _add_version(entry, product.id, 1, settings, standings)
        entry.seal(Change(actor, "product.added", "product", product.id, reason, {"name": name, "version": 1}))
        return load_version(entry.session, version)


def add_references(
    ledger: Ledger, name: str, references: Sequence[NewReference], actor: Actor, reason: str = ""
) -> ProductVersion:
    """Make the next version, with these references after those it had."""
    with ledger.entry() as entry:
        current = _load_in_use(entry, name)
        _refuse_known_photos(current.references, references)
        added = list(_add_references(entry, current.product_id, references, reason))
        payload = {"old": None, "new": [[standing.reference_id, standing.state] for standing in added]}
        change = Change(actor, "references.added", "product", current.product_id, reason, payload)
        return _add_next_version(entry, current, [*_standings(current), *added], change)


def approve_reference(ledger: Ledger, name: str, reference_id: int, actor: Actor, reason: str = "") -> ProductVersion:
    """Make the next version, with a proposed reference approved."""
    with ledger.entry() as entry:
        current = _load_in_use(entry, name)
        reference = _find_reference(current, reference_id)
        if reference.state != "proposed":
            raise InvalidRecord(f"Reference {reference_id} of product {current.name} is {reference.state} already.")
        change = _change_state(entry, reference, _Standing(reference_id, "approved"), actor, reason)
        standings = [*_standings(current, without=reference_id), _Standing(reference_id, "approved")]
        return _add_next_version(entry, current, sorted(standings), change)


def retire_reference(ledger: Ledger, name: str, reference_id: int, actor: Actor, reason: str) -> ProductVersion:
    """Make the next version, without this reference; older versions keep it."""
    reason = check_reason(reason)
    with ledger.entry() as entry:
        current = _load_in_use(entry, name)
        reference = _find_reference(current, reference_id)
        change = _change_state(entry, reference, _Standing(reference_id, "retired"), actor, reason)
        return _add_next_version(entry, current, _standings(current, without=reference_id), change)


def change_settings(
    ledger: Ledger, name: str, settings: Json, actor: Actor, reason: str, based_on: int | None = None
) -> ProductVersion:
    """Make the next version, with other settings; `InvalidRecord` when `based_on` is no longer the newest."""
    reason = check_reason(reason)
    with ledger.entry() as entry:
        current = _load_in_use(entry, name)
        if based_on not in (None, current.version):
            raise InvalidRecord(f"Product {current.name} was changed at the same moment by somebody else; try again.")
        payload = {"old": current.settings, "new": settings}
        change = Change(actor, "settings.changed", "product", current.product_id, reason, payload)
        return _add_next_version(entry, replace(current, settings=settings), _standings(current), change)


def retire_product(ledger: Ledger, name: str, actor: Actor, reason: str) -> ProductVersion:
    """Take a product out of use; its versions and inspections stay."""
    return _set_retired(ledger, name, actor, reason, retired=True)


def reinstate_product(ledger: Ledger, name: str, actor: Actor, reason: str) -> ProductVersion:
    """Take a retired product back into use."""
    return _set_retired(ledger, name, actor, reason, retired=False)


def check_name(name: str) -> str:
    """The product name, blanks at both ends cut off; `InvalidRecord` when it cannot be one."""
    name = name.strip()
    if not 1 <= len(name) <= MAX_NAME:
        raise InvalidRecord(f"A product name of {len(name)} characters cannot be used; give 1 to {MAX_NAME}.")
    if any(unicodedata.category(character) in _UNFIT_FOR_NAMES for character in name):
        raise InvalidRecord(f"The product name {name!a} holds control characters; leave them out.")
    return name


def _refuse_taken_name(entry: Entry, name: str) -> None:
    taken = entry.session.scalar(select(schema.Product.name).where(schema.Product.folded_name == fold_name(name)))
    if taken is not None:
        raise ProductExists(f"A product named {taken} exists already; choose another name or add references to it.")


def _load_in_use(entry: Entry, name: str) -> ProductVersion:
    current = load_product(entry.session, name)
    if current.retired:
        raise InvalidRecord(f"Product {current.name} is retired; take it back into use before changing it.")
    return current


def _find_reference(current: ProductVersion, reference_id: int) -> ReferenceRow:
    for reference in current.references:
        if reference.id == reference_id:
            return reference
    known = ", ".join(str(reference.id) for reference in current.references) or "none"
    raise UnknownReference(f"Product {current.name} has no reference {reference_id}; it has {known}.")


def _refuse_known_photos(known: Sequence[ReferenceRow], new: Sequence[NewReference]) -> None:
    """The same photo twice would count as two parts and make the promise of a verdict false."""
    seen = {reference.photo.sha256: reference.file_name for reference in known}
    for reference in new:
        if reference.photo.sha256 in seen:
            twin = seen[reference.photo.sha256]
            raise InvalidRecord(f"{reference.file_name} is the same photo as reference {twin}; leave one of them out.")
        seen[reference.photo.sha256] = reference.file_name


def _add_references(
    entry: Entry, product_id: int, references: Sequence[NewReference], reason: str
) -> Iterator[_Standing]:
    for reference in references:
        row = schema.Reference(
            id=entry.next_key(schema.Reference),
            event_seq=entry.seq,
            product_id=product_id,
            photo_sha256=entry.cite(reference.photo),
            file_name=reference.file_name,
        )
        standing = _Standing(entry.add(row).id, reference.state)
        _add_state(entry, standing, reason)
        yield standing


def _add_state(entry: Entry, standing: _Standing, reason: str) -> None:
    entry.add(
        schema.ReferenceState(
            id=entry.next_key(schema.ReferenceState),
            event_seq=entry.seq,
            reference_id=standing.reference_id,
            state=standing.state,
            reason=reason,
        )
    )


def _change_state(entry: Entry, reference: ReferenceRow, new: _Standing, actor: Actor, reason: str) -> Change:
    _add_state(entry, new, reason)
    payload = {"old": reference.state, "new": new.state}
    return Change(actor, f"reference.{new.state}", "reference", reference.id, reason, payload)


def _standings(current: ProductVersion, without: int | None = None) -> list[_Standing]:
    return [_Standing(row.id, row.state) for row in current.references if row.id != without]


def _add_next_version(
    entry: Entry, current: ProductVersion, standings: Sequence[_Standing], change: Change
) -> ProductVersion:
    version = _add_version(entry, current.product_id, current.version + 1, current.settings, standings)
    entry.seal(change)
    return load_version(entry.session, version)


def _add_version(entry: Entry, product_id: int, number: int, settings: Json, standings: Sequence[_Standing]) -> int:
    """Add the rows of a version; returns its key."""
    version = schema.ProductVersion(
        id=entry.next_key(schema.ProductVersion),
        event_seq=entry.seq,
        product_id=product_id,
        version=number,
        settings=canonical_text(settings),
    )
    for position, standing in enumerate(standings):
        entry.add(
            schema.VersionReference(
                product_version_id=version.id,
                position=position,
                event_seq=entry.seq,
                reference_id=standing.reference_id,
                state=standing.state,
            )
        )
    return entry.add(version).id


def _set_retired(ledger: Ledger, name: str, actor: Actor, reason: str, *, retired: bool) -> ProductVersion:
    reason = check_reason(reason)
    with ledger.entry() as entry:
        current = load_product(entry.session, name)
        if current.retired == retired:
            raise InvalidRecord(f"Product {current.name} is {'retired' if retired else 'in use'} already.")
        row = schema.ProductState(
            id=entry.next_key(schema.ProductState),
            event_seq=entry.seq,
            product_id=current.product_id,
            retired=int(retired),
            reason=reason,
        )
        entry.add(row)
        action = "product.retired" if retired else "product.reinstated"
        payload = {"old": current.retired, "new": retired}
        entry.seal(Change(actor, action, "product", current.product_id, reason, payload))
        return load_version(entry.session, current.id)
