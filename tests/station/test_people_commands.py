"""Accounts and signatures on the command line: the same rights, and no password on the screen (D2, D18)."""

import json
import os
import pty
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from station.commands import app
from station.people import add_account, log_on
from station.rights import RIGHTS
from station.single_photo import record_photo
from tests.station.test_people import PASSWORD, REASON, quick_hashes  # noqa: F401 - a fixture

NEW = "another long password"


@pytest.fixture
def staffed(station, parts):
    """The home folder of a station with an inspection, an administrator and an operator; closed."""
    record_photo(station, parts / "spot.png")
    add_account(station, "Boss", "administrator", PASSWORD, REASON)
    log_on(station, "Boss", PASSWORD)
    add_account(station, "Otto", "operator", PASSWORD, REASON)
    station.close()
    return station.home


def run(home, *words, user="Boss", password=PASSWORD, new=""):
    arguments = [*words, "--home", str(home), *(["--user", user] if user else [])]
    return CliRunner().invoke(app, arguments, env={"ANOMALYGPT_PASSWORD": password, "ANOMALYGPT_NEW_PASSWORD": new})


def read(done, status=0):
    assert done.exit_code == status, done.output
    return json.loads(done.stdout)


def test_without_accounts_the_list_says_what_that_means(own_home):
    done = run(own_home, "account", "list", user=None)

    assert done.stdout == "No account; one person works here without a password.\n"
    assert read(run(own_home, "account", "list", "--json", user=None)) == {"accounts": []}


def test_the_first_account_is_an_administrators_and_ends_the_time_without_passwords(own_home):
    refused = run(own_home, "account", "add", "Eva", "--role", "operator", "--reason", REASON, user=None, new=PASSWORD)
    made = run(
        own_home, "account", "add", "Eva", "--role", "administrator", "--reason", REASON, user=None, new=PASSWORD
    )
    after = run(own_home, "account", "add", "Bo", "--role", "operator", "--reason", REASON, user=None, new=PASSWORD)

    assert (refused.exit_code, made.exit_code, after.exit_code) == (2, 0, 2)
    assert "The first account must be an administrator's" in refused.stderr
    assert made.stdout == "Eva: administrator\n"
    assert "Nobody has logged on" in after.stderr


def test_accounts_are_made_changed_and_switched_off_by_an_administrator(staffed):
    made = read(run(staffed, "account", "add", "Eva", "--role", "engineer", "--reason", REASON, "--json", new=PASSWORD))
    changed = read(run(staffed, "account", "change", "eva", "--role", "auditor", "--reason", REASON, "--json"))
    off = run(staffed, "account", "change", "Eva", "--disable", "--reason", REASON)
    listed = run(staffed, "account", "list")

    assert [(each["name"], each["role"], each["active"]) for each in (*made["accounts"], *changed["accounts"])] == [
        ("Eva", "engineer", True),
        ("Eva", "auditor", True),
    ]
    assert off.stdout == "Eva: auditor, switched off\n"
    assert listed.stdout.splitlines() == ["Boss: administrator", "Eva: auditor, switched off", "Otto: operator"]
    assert run(staffed, "history", user="Eva").exit_code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("add", "Eve", "--role", "administrator"),
        ("change", "Otto", "--role", "administrator"),
        ("change", "Boss", "--password"),
        ("change", "Boss", "--disable"),
    ],
)
def test_d2_who_may_not_change_accounts_cannot_do_it_by_a_command(staffed, words):
    done = run(staffed, "account", *words, "--reason", REASON, user="Otto", new=NEW)

    assert done.exit_code == 2
    assert "Otto may not change accounts" in done.stderr
    assert run(staffed, "account", "list").stdout.splitlines() == ["Boss: administrator", "Otto: operator"]


def test_people_change_their_own_password_by_a_command(staffed):
    assert (
        run(staffed, "account", "change", "Otto", "--password", "--reason", REASON, user="Otto", new=NEW).exit_code == 0
    )

    old, new = (run(staffed, "history", user="Otto", password=each) for each in (PASSWORD, NEW))

    assert (old.exit_code, new.exit_code) == (2, 0)
    assert "do not fit" in old.stderr


def test_where_nobody_can_be_asked_for_a_new_password_none_is_set(staffed):
    done = run(staffed, "account", "add", "Eva", "--role", "engineer", "--reason", REASON)

    assert done.exit_code == 2
    assert "A password has 10 to 256 characters" in done.stderr


def test_the_table_of_rights_can_be_printed(own_home):
    told = run(own_home, "account", "rights", user=None).stdout.splitlines()
    document = read(run(own_home, "account", "rights", "--json", user=None))

    assert told[0] == "operator: inspect"
    assert [line.partition(":")[0] for line in told] == list(RIGHTS)
    assert document["rights"] == {role: sorted(rights) for role, rights in RIGHTS.items()}


def test_d18_a_signature_by_a_command_asks_for_the_password_and_names_the_record(staffed):
    words = ("sign", "1", "--meaning", "approved", "--comment", "as agreed")
    signed = run(staffed, *words)
    again = run(staffed, *words, "--json")
    document = read(run(staffed, "show", "1", "--json"))

    assert signed.exit_code == 0, signed.output
    assert signed.stdout.startswith("inspection 1: approved by Boss, ")
    assert signed.stdout.endswith(f"record {document['inspections'][0]['record_hash']}\n")
    assert again.exit_code == 2


def test_d18_a_signature_with_the_wrong_password_or_without_the_right_is_none(staffed):
    words = ("sign", "1", "--meaning", "approved", "--json")

    wrong, forbidden = run(staffed, *words, password="wrong password"), run(staffed, *words, user="Otto")

    assert (wrong.exit_code, forbidden.exit_code) == (2, 2)
    assert "do not fit" in wrong.stderr
    assert "Otto may not sign inspections" in forbidden.stderr


TYPING = """
import os
from station.account_commands import _ask_new_password

os.close(os.open(os.ttyname(0), os.O_RDWR))  # so that this terminal is the process's own
print("typed:", len(_ask_new_password()), flush=True)
"""


def test_a_new_password_is_typed_twice_and_unseen_at_a_terminal(project):
    outside, inside = pty.openpty()
    command = [sys.executable, "-c", TYPING]
    ends = {"stdin": inside, "stdout": inside, "stderr": inside}
    with subprocess.Popen(command, cwd=project, start_new_session=True, **ends) as asking:
        os.close(inside)
        shown = b""
        for words in (b"New password: ", b"Repeat for confirmation: "):
            shown += read_until(outside, words)
            os.write(outside, f"{NEW}\n".encode())
        shown += read_until(outside, b"typed: ") + read_until(outside, b"\n")
    os.close(outside)

    assert asking.returncode == 0
    assert NEW.encode() not in shown
    assert shown.endswith(f"typed: {len(NEW)}\r\n".encode())


def read_until(terminal, words):
    shown = b""
    while words not in shown:
        shown += os.read(terminal, 1)
    return shown
