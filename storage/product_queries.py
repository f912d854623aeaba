"""Reading products and their versions back. Nothing here writes."""

from __future__ import annotations

import difflib
import unicodedata
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage import schema
from storage.errors import UnknownProduct
from storage.records import BlobRef, ProductVersion, ReferenceRow, ReferenceState
from storage.stored_values import read_actor, read_mapping


def fold_name(name: str) -> str:
    """The form in which product names are compared: neither case nor the way accents are encoded matters."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def load_product(session: Session, name: str, version: int | None = None) -> ProductVersion:
    """A product's newest version, or the one asked for; `UnknownProduct` names similar ones."""
    product = session.scalar(select(schema.Product).where(schema.Product.folded_name == fold_name(name.strip())))
    if product is None:
        raise UnknownProduct(f"There is no product named {name}{_suggest_names(session, name)}")
    versions = select(schema.ProductVersion.id, schema.ProductVersion.version)
    numbers = session.execute(versions.where(schema.ProductVersion.product_id == product.id)).all()
    keys = {number: key for key, number in numbers}
    wanted = max(keys) if version is None else version
    if wanted not in keys:
        raise UnknownProduct(f"Product {product.name} has no version {wanted}; it has 1 to {max(keys)}.")
    return load_version(session, keys[wanted])


def load_products(session: Session, include_retired: bool) -> list[ProductVersion]:
    """The newest version of every product, by name."""
    newest = select(func.max(schema.ProductVersion.id)).group_by(schema.ProductVersion.product_id)
    versions = [load_version(session, key) for key in session.scalars(newest)]
    shown = [version for version in versions if include_retired or not version.retired]
    return sorted(shown, key=lambda version: fold_name(version.name))


def load_version(session: Session, version_id: int) -> ProductVersion:
    """One product version with its references as they stood."""
    version, product, event = session.execute(
        select(schema.ProductVersion, schema.Product, schema.Event)
        .join(schema.Product, schema.Product.id == schema.ProductVersion.product_id)
        .join(schema.Event, schema.Event.seq == schema.ProductVersion.event_seq)
        .where(schema.ProductVersion.id == version_id)
    ).one()
    return ProductVersion(
        id=version.id,
        product_id=product.id,
        name=product.name,
        version=version.version,
        settings=read_mapping(version.settings),
        references=_load_references(session, version.id),
        created_at=event.recorded_at,
        created_by=read_actor(event),
        reason=event.reason,
        retired=_is_retired(session, product.id),
    )


def _suggest_names(session: Session, name: str) -> str:
    names = {row.folded_name: row.name for row in session.scalars(select(schema.Product))}
    near = difflib.get_close_matches(fold_name(name), names, n=3, cutoff=0.5)
    if near:
        return "; did you mean " + " or ".join(names[folded] for folded in near) + "?"
    return "; 'product list' shows those there are." if names else "; add one with 'product add'."


def _load_references(session: Session, version_id: int) -> tuple[ReferenceRow, ...]:
    found = session.execute(
        select(schema.Reference, schema.StoredBlob.size, schema.VersionReference.state)
        .join(schema.VersionReference, schema.VersionReference.reference_id == schema.Reference.id)
        .join(schema.StoredBlob, schema.StoredBlob.sha256 == schema.Reference.photo_sha256)
        .where(schema.VersionReference.product_version_id == version_id)
        .order_by(schema.VersionReference.position)
    )
    return tuple(
        ReferenceRow(row.id, BlobRef(row.photo_sha256, size), row.file_name, cast(ReferenceState, state))
        for row, size, state in found
    )


def _is_retired(session: Session, product_id: int) -> bool:
    states = select(schema.ProductState.retired).where(schema.ProductState.product_id == product_id)
    return bool(session.scalar(states.order_by(schema.ProductState.id.desc()).limit(1)))
