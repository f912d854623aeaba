"""The commands `product ...`: products, their versions and their references."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from station.command_options import (
    CommonOptions,
    ManyReferencesCommand,
    ProfileName,
    ProfileOption,
    flatten_options,
)
from station.rights import Right
from station.sessions import Session

if TYPE_CHECKING:
    from station.products import Addition
    from storage.records import ProductVersion

app = typer.Typer(help="Products and their references.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the product.")]
ReferenceOption = Annotated[list[Path], typer.Option("--reference", help="Photos of good parts: --reference IMAGE...")]
ReferenceNumberOption = Annotated[
    int | None, typer.Option("--reference-id", help="Number of one reference, from `product show`.")
]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why, for the record.")]


@dataclass(frozen=True)
class AddOptions:
    """A product to be added, or references to be added to one."""

    name: NameArgument
    reference: ReferenceOption = field(default_factory=list)
    reason: ReasonOption = ""
    proposed: Annotated[
        bool, typer.Option("--proposed", help="Let these references wait until somebody approves them.")
    ] = False

    def as_addition(self, profile: ProfileName | None = None) -> Addition:
        """Return the same for the station."""
        from station.products import Addition  # noqa: PLC0415 - loads codecs

        return Addition(self.name, tuple(self.reference), self.proposed, self.reason, profile)


@app.command(cls=ManyReferencesCommand)
@flatten_options
def add(new: AddOptions, common: CommonOptions, profile: ProfileOption = None) -> None:
    """Add a product, best with a few photos of good parts; one is enough."""
    with Session(common, profile) as session:
        from station.products import add_product  # noqa: PLC0415 - loads codecs

        _learn_and_say(session, add_product(session.station, new.as_addition(profile)))


@app.command("add-reference", cls=ManyReferencesCommand)
@flatten_options
def add_reference(new: AddOptions, common: CommonOptions) -> None:
    """Add photos of good parts to a product; this makes its next version."""
    with Session(common) as session:
        from station.products import add_references  # noqa: PLC0415 - loads codecs

        _learn_and_say(session, add_references(session.station, new.as_addition()))


@app.command("list")
@flatten_options
def list_products(
    common: CommonOptions,
    show_retired: Annotated[bool, typer.Option("--all", help="Show retired products too.")] = False,
) -> None:
    """List the products."""
    with Session(common) as session:
        from station.documents import describe_product  # noqa: PLC0415

        versions = session.station.store.list_products(include_retired=show_retired)
        session.console.document({"products": [describe_product(version) for version in versions]})
        if not versions:
            session.console.result("No products yet; add one with `product add NAME --reference IMAGE`.")
            return
        rows = [
            (version.name, str(version.version), str(len(version.approved)), _state(version)) for version in versions
        ]
        session.console.table(["product", "version", "references", "state"], rows)


@app.command()
@flatten_options
def show(
    name: NameArgument,
    common: CommonOptions,
    version: Annotated[int | None, typer.Option("--version", help="An earlier version.")] = None,
) -> None:
    """Show a product with its references."""
    with Session(common) as session:
        _say(session, session.station.store.get_product(name, version))


@app.command()
@flatten_options
def approve(
    name: NameArgument, common: CommonOptions, reference_id: ReferenceNumberOption = None, reason: ReasonOption = ""
) -> None:
    """Approve proposed references, one or all; only approved ones are compared with."""
    with Session(common) as session:
        from station.products import approve_references  # noqa: PLC0415 - loads codecs

        _say(session, approve_references(session.station, name, reference_id, reason))


@app.command()
@flatten_options
def retire(
    name: NameArgument, common: CommonOptions, reference_id: ReferenceNumberOption = None, reason: ReasonOption = ""
) -> None:
    """Retire a product, or one of its references; a --reason of 10 characters or more is needed. Nothing is deleted."""
    with Session(common) as session:
        store, actor = session.station.store, session.station.acting(Right.PRODUCTS)
        if reference_id is None:
            version = store.retire_product(name, actor, reason)
        else:
            version = store.retire_reference(name, reference_id, actor, reason)
        _say(session, version)


@app.command()
@flatten_options
def reinstate(name: NameArgument, common: CommonOptions, reason: ReasonOption = "") -> None:
    """Take a retired product back into use; a --reason of 10 characters or more is needed."""
    with Session(common) as session:
        _say(session, session.station.store.reinstate_product(name, session.station.acting(Right.PRODUCTS), reason))


@dataclass(frozen=True)
class SetOptions:
    """What is set anew for a product; None means that it stays."""

    name: NameArgument
    reason: ReasonOption = ""
    scale: Annotated[
        float | None, typer.Option("--scale", metavar="MM_PER_PX", help="Millimetres per pixel; 0 means unknown.")
    ] = None
    false_reject_rate: Annotated[
        float | None,
        typer.Option("--false-reject-rate", help="Promised share of good parts rejected: 0.005 to 0.1, normally 0.02."),
    ] = None
    notes: Annotated[str | None, typer.Option("--notes", help="Free text for the product.")] = None

    def list_changes(self) -> dict[str, object]:
        """Return the settings that were given, by their names."""
        changes: dict[str, object] = {} if self.scale is None else {"mm_per_px": self.scale or None}
        others = {"false_reject_rate": self.false_reject_rate, "notes": self.notes}
        return changes | {name: value for name, value in others.items() if value is not None}


@app.command("set")
@flatten_options
def set_(new: SetOptions, common: CommonOptions) -> None:
    """Set scale, sensitivity or notes of a product; this makes its next version and needs a --reason."""
    with Session(common) as session:
        from station.errors import RequestError  # noqa: PLC0415
        from station.product_settings import change_product_settings  # noqa: PLC0415

        changes = new.list_changes()
        if not changes:
            raise RequestError("Nothing to set; give --scale, --false-reject-rate or --notes.")
        _say(session, change_product_settings(session.station, new.name, new.reason, seen=None, **changes))


def _learn_and_say(session: Session, version: ProductVersion) -> None:
    """Learn at once, so that doubtful references are told now and not at the first inspection."""
    from station.products import learn_in_advance  # noqa: PLC0415 - loads codecs

    with session.console.progress("learning the product") as on_progress:
        warnings = learn_in_advance(session.station, version, on_progress)
    for warning in warnings:
        session.console.warn(warning)
    _say(session, version, warnings)


def _say(session: Session, version: ProductVersion, warnings: tuple[str, ...] = ()) -> None:
    from station.documents import describe_product  # noqa: PLC0415

    session.console.document({"products": [describe_product(version, warnings)]})
    session.console.result(f"{version.name}, version {version.version}, {_state(version)}")
    if version.references:
        rows = [(str(row.id), row.file_name, row.state, row.photo.sha256[:12]) for row in version.references]
        session.console.table(["id", "reference", "state", "SHA-256"], rows)
    else:
        session.console.result("no references yet; add photos of good parts with `product add-reference`")


def _state(version: ProductVersion) -> str:
    return "retired" if version.retired else "in use"
