"""The commands `account ...`: who may work here, and what each role may do."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from station.command_options import CommonOptions, flatten_options
from station.sessions import Session

if TYPE_CHECKING:
    from storage.records import Account

app = typer.Typer(help="People who log on at this station, and signatures.", no_args_is_help=True)

Role = Literal["operator", "engineer", "auditor", "administrator"]
Meaning = Literal["reviewed", "approved", "rejected"]
NEW_PASSWORD = "ANOMALYGPT_NEW_PASSWORD"
Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the account, as records will show it.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in 10 characters or more.")]


@app.command("list")
@flatten_options
def list_accounts(common: CommonOptions) -> None:
    """List the accounts; none means that one person works here without a password."""
    with Session(common, empty_document={"accounts": []}) as session:
        accounts = session.station.store.list_accounts()
        session.console.document({"accounts": [_describe(account) for account in accounts]})
        for account in accounts:
            session.console.result(_write(account))
        if not accounts:
            session.console.result("No account; one person works here without a password.")


@app.command("add")
@flatten_options
def add(
    name: Name,
    role: Annotated[Role, typer.Option("--role", help="What the person may do.")],
    reason: Reason,
    common: CommonOptions,
) -> None:
    """Make an account; the password is asked, or taken from ANOMALYGPT_NEW_PASSWORD.

    The first account must be an administrator's. From then on everything that leaves a record needs a log-on.
    """
    with Session(common) as session:
        from station.people import add_account  # noqa: PLC0415 - see `sessions`

        _say(session, add_account(session.station, name, role, _ask_new_password(), reason))


@app.command("change")
@flatten_options
def change(
    name: Name,
    reason: Reason,
    common: CommonOptions,
    role: Annotated[Role | None, typer.Option("--role", help="A new role.")] = None,
    password: Annotated[bool, typer.Option("--password", help="Ask for a new password.")] = False,
    active: Annotated[bool | None, typer.Option("--enable/--disable", help="Whether it can be used.")] = None,
) -> None:
    """Change an account's role or password, or switch it off; its name stays for ever."""
    with Session(common) as session:
        from station.people import change_account  # noqa: PLC0415 - see `sessions`

        new = _ask_new_password() if password else None
        _say(session, change_account(session.station, name, reason, role=role, password=new, active=active))


@app.command("rights")
@flatten_options
def rights(common: CommonOptions) -> None:
    """Print what each role may do."""
    with Session(common) as session:
        from station.rights import RIGHTS, Right  # noqa: PLC0415 - see `sessions`

        session.console.document({"rights": {role: sorted(may) for role, may in RIGHTS.items()}})
        for role, may in RIGHTS.items():
            session.console.result(f"{role}: {', '.join(right for right in Right if right in may)}")


@flatten_options
def sign(
    inspection_id: Annotated[int, typer.Argument(metavar="ID", help="Number of an inspection.")],
    meaning: Annotated[Meaning, typer.Option("--meaning", help="What the signature says.")],
    common: CommonOptions,
    comment: Annotated[str, typer.Option("--comment", help="A remark beside the signature.")] = "",
) -> None:
    """Sign an inspection; the signature is bound to its record, and a second one must be somebody else's."""
    with Session(common) as session:
        from station.people import sign as sign_inspection  # noqa: PLC0415 - see `sessions`

        signature = sign_inspection(session.station, inspection_id, session.ask_password(), meaning, comment)
        document = {
            "inspection": signature.inspection_id,
            "signer": signature.printed_name,
            "meaning": signature.meaning,
            "record_hash": signature.record_hash,
            "recorded_at": signature.recorded_at,
        }
        session.console.document({"signature": document})
        session.console.result(
            f"inspection {signature.inspection_id}: {signature.meaning} by {signature.printed_name},"
            f" {signature.recorded_at}, record {signature.record_hash}"
        )


def _ask_new_password() -> str:
    """Return a new password from the environment, else typed twice; empty where nobody can be asked."""
    if password := os.environ.get(NEW_PASSWORD, ""):
        return password
    if not sys.stdin.isatty():
        return ""
    return str(typer.prompt("New password", hide_input=True, confirmation_prompt=True, err=True))


def _say(session: Session, account: Account) -> None:
    session.console.document({"accounts": [_describe(account)]})
    session.console.result(_write(account))


def _describe(account: Account) -> dict[str, object]:
    return {"id": account.id, "name": account.name, "role": account.role, "active": account.active}


def _write(account: Account) -> str:
    return f"{account.name}: {account.role}{'' if account.active else ', switched off'}"
