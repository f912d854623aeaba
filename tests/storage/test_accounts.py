"""Accounts and signatures are rows like all others: never changed, and bound to what they stand under (D2, D18)."""

from dataclasses import replace

import pytest

from storage.audit_chain import Change
from storage.errors import AccountExists, InvalidRecord, UnknownAccount, UnknownInspection
from storage.records import Account, Actor

REASON = "a new colleague at line 3"
HASH = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA"


@pytest.fixture
def eva(store, ada):
    return store.add_account("Eva Müller", "engineer", HASH, ada, REASON)


@pytest.fixture
def boss(store, ada):
    return store.add_account("Boss", "administrator", HASH, ada, REASON)


@pytest.fixture
def recorded(store, make_inspection, ada):
    return store.record_inspection(make_inspection(store), ada)


def test_an_account_is_found_whatever_the_case_of_its_name(store, eva):
    assert store.get_account("EVA MÜLLER") == eva == Account(1, "Eva Müller", "engineer", HASH, True)
    assert store.list_accounts() == [eva]
    assert store.has_accounts()


def test_without_accounts_nobody_has_to_log_on(store):
    assert not store.has_accounts()
    assert store.list_accounts() == []


def test_a_name_is_given_once(store, eva, ada):
    with pytest.raises(AccountExists, match="eva müller"):
        store.add_account("eva müller", "operator", HASH, ada, REASON)


def test_an_unknown_name_is_said(store):
    with pytest.raises(UnknownAccount, match="Nobody"):
        store.get_account("Nobody")


@pytest.mark.parametrize("name", ["", " ", "x" * 201, "two\nlines"])
def test_a_name_that_cannot_be_printed_is_refused(store, ada, name):
    with pytest.raises(InvalidRecord):
        store.add_account(name, "operator", HASH, ada, REASON)


def test_an_unknown_role_is_refused(store, ada):
    with pytest.raises(InvalidRecord, match="role"):
        store.add_account("Eva", "king", HASH, ada, REASON)


def test_a_change_needs_a_reason_and_keeps_what_was(store, boss, eva, ada):
    with pytest.raises(InvalidRecord, match="reason"):
        store.change_account(replace(eva, role="auditor"), ada, "short")

    changed = store.change_account(replace(eva, role="auditor", active=False), ada, "moved to the auditors")

    assert (changed.role, changed.active) == ("auditor", False)
    payload = store.list_events()[0].payload
    assert payload["old"] == {"active": True, "role": "engineer"}
    assert payload["password_changed"] is False


def test_no_event_shows_a_password_hash(store, boss, eva, ada):
    store.change_account(replace(eva, password_hash=HASH + "x"), ada, "the password was forgotten")

    assert store.list_events()[0].payload["password_changed"] is True
    assert not any("argon2" in str(event.payload) for event in store.list_events())


@pytest.mark.parametrize("change", [{"role": "engineer"}, {"active": False}])
def test_the_last_administrator_stays(store, boss, eva, ada, change):
    with pytest.raises(InvalidRecord, match="only administrator"):
        store.change_account(replace(boss, **change), ada, "no longer in charge")

    store.change_account(replace(eva, role="administrator"), ada, "takes over from Boss")
    store.change_account(replace(boss, **change), ada, "no longer in charge")


def test_log_on_events_of_one_account_come_newest_first(store, eva, boss, ada):
    for account, action in ((eva, "account.logged_on"), (boss, "account.logged_on"), (eva, "account.logged_off")):
        store.record_event(action, "account", account.id, {}, ada)

    assert [action for action, _ in store.list_log_on_events(eva.id)] == ["account.logged_off", "account.logged_on"]


def test_d18_a_signature_names_the_record_it_stands_under(store, recorded, eva, ada):
    signature = store.add_signature(recorded.id, eva, "approved", "looked at the part", ada)

    assert signature.record_hash == recorded.record_hash
    assert (signature.printed_name, signature.meaning) == ("Eva Müller", "approved")
    assert store.list_signatures(recorded.id) == [signature]
    assert store.verify().ok


def test_d18_the_same_person_signs_once_and_a_second_signer_is_somebody_else(store, recorded, eva, boss, ada):
    store.add_signature(recorded.id, eva, "reviewed", "", ada)

    with pytest.raises(InvalidRecord, match="second signer"):
        store.add_signature(recorded.id, eva, "approved", "", ada)
    store.add_signature(recorded.id, boss, "approved", "", ada)

    assert [signature.printed_name for signature in store.list_signatures(recorded.id)] == ["Eva Müller", "Boss"]


def test_a_signature_needs_a_meaning_and_a_record(store, recorded, eva, ada):
    with pytest.raises(InvalidRecord, match="meaning"):
        store.add_signature(recorded.id, eva, "seen", "", ada)
    with pytest.raises(UnknownInspection):
        store.add_signature(99, eva, "approved", "", ada)


def test_d18_a_signature_copied_to_another_record_fails_verification(
    store, make_inspection, recorded, eva, ada, run_sql
):
    store.record_inspection(make_inspection(store, "other.png"), ada)
    store.add_signature(recorded.id, eva, "approved", "", ada)
    copy = "SELECT 2, event_seq, 2, account_id, printed_name, meaning, record_hash, comment FROM signatures"

    run_sql(store.home, f"INSERT INTO signatures {copy}")
    sentences = [problem.sentence for problem in store.verify().problems]

    assert "signature 2 does not belong to the record it stands under." in sentences
    assert any("put in from outside" in sentence for sentence in sentences)


@pytest.mark.parametrize("table", ["accounts", "account_states", "signatures"])
def test_d1_no_client_changes_or_deletes_people(store, recorded, eva, ada, run_sql, table):
    store.add_signature(recorded.id, eva, "approved", "", ada)

    for statement in (f"UPDATE {table} SET id = 7", f"DELETE FROM {table}"):
        with pytest.raises(Exception, match="append-only"):
            run_sql(store.home, statement)


def test_d2_an_event_without_an_actor_is_refused(store):
    with pytest.raises(InvalidRecord):
        Change(Actor(" "), "account.added", "account", 1)
