"""What each role may do: one table, asked before anything is written. Reading is free for everybody.

Who somebody is, is `people`'s affair. The window may hide what a person may not do; this is where it is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from station.errors import KnownError
from station.language import mark, tr
from storage.records import Role


class Right(StrEnum):
    """Something that leaves a record, and that not everybody may do."""

    INSPECT = "inspect"
    """Inspect, ask about an inspection, highlight by words."""
    REVIEW = "review"
    """Decide on an inspection, comment it, correct its mask: beside the machine's result."""
    PRODUCTS = "products"
    """Set products up: references, areas, scale, sensitivity, golden set."""
    SIGN = "sign"
    EXPORT = "export"
    """Write reports, tables, pictures and bundles of past inspections."""
    SETTINGS = "settings"
    MODELS = "models"
    BACKUP = "backup"
    RETENTION = "retention"
    """Say how long records are kept, put legal holds on them, propose what is purged."""
    PURGE = "purge"
    """Agree, as the second person, to a purge, and carry it out."""
    PEOPLE = "people"
    """Make and change accounts."""


EVERYTHING = frozenset(Right)
RIGHTS: Mapping[Role, frozenset[Right]] = MappingProxyType(
    {
        "operator": frozenset({Right.INSPECT}),
        "engineer": frozenset(
            {
                Right.INSPECT,
                Right.REVIEW,
                Right.PRODUCTS,
                Right.SIGN,
                Right.EXPORT,
                Right.MODELS,
                Right.BACKUP,
                Right.RETENTION,
            }
        ),
        "auditor": frozenset({Right.SIGN, Right.EXPORT, Right.BACKUP}),
        "administrator": EVERYTHING,
    }
)
_DEEDS: Mapping[Right, str] = MappingProxyType(
    {
        Right.INSPECT: mark("inspect parts"),
        Right.REVIEW: mark("decide on inspections"),
        Right.PRODUCTS: mark("change products"),
        Right.SIGN: mark("sign inspections"),
        Right.EXPORT: mark("write reports and exports"),
        Right.SETTINGS: mark("change settings"),
        Right.MODELS: mark("install model packs"),
        Right.BACKUP: mark("make backups"),
        Right.RETENTION: mark("say how long records are kept"),
        Right.PURGE: mark("agree to a purge and carry it out"),
        Right.PEOPLE: mark("change accounts"),
    }
)
_ROLES: Mapping[Role, str] = MappingProxyType(
    {
        "operator": mark("operator"),
        "engineer": mark("engineer"),
        "auditor": mark("auditor"),
        "administrator": mark("administrator"),
    }
)


class NotAllowed(KnownError):
    """The person's role does not include this; nothing was done."""


@dataclass(frozen=True)
class Person:
    """Who works at the station. Without accounts there is one person, who may do everything."""

    name: str
    role: Role = "administrator"
    account_id: int | None = None
    """None where people do not log on."""

    def may(self, right: Right) -> bool:
        """Whether the role includes this."""
        return right in RIGHTS[self.role]

    def require(self, right: Right) -> None:
        """Raise `NotAllowed` with a sentence when the role does not include this."""
        if not self.may(right):
            deed, role = tr(_DEEDS[right]), role_word(self.role)
            raise NotAllowed(
                tr(
                    "{name} may not {deed}: the role {role} does not include it. Ask an administrator.",
                    name=self.name,
                    deed=deed,
                    role=role,
                )
            )


def role_word(role: Role) -> str:
    """Return the word of a role in the person's language."""
    return tr(_ROLES[role])


def deed_word(right: Right) -> str:
    """Return what a right allows, such as "inspect parts", in the person's language."""
    return tr(_DEEDS[right])
