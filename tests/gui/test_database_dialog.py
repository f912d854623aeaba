"""The database dialog: checks, backups, retention and purges, each done in the background and told in words."""

from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QApplication

from gui.checks_page import ChecksPage
from gui.database_dialog import DatabaseDialog
from gui.messages import Message
from gui.operations import Operations
from gui.retention_form import HoldEntry, HoldForm, RuleEntry, RuleForm
from gui.status_line import StatusLine
from gui.upkeep import Upkeep
from station.audit_state import AuditState
from station.people import add_account, log_on
from station.settings import Settings, read_settings
from station.station import Station
from storage.audit_chain import Stamp
from tests.gui.people import quick_hashes  # noqa: F401 - a fixture that uses itself

PASSWORD = "correct horse battery"
REASON = "the customer asked for it"


@pytest.fixture
def open_dialog(qtbot, operations):
    def open_at(page):
        dialog = DatabaseDialog(operations)
        qtbot.addWidget(dialog)
        dialog.show()
        dialog.tabs.setCurrentWidget(getattr(dialog, page))
        qtbot.waitUntil(lambda: not operations.is_busy(), timeout=10_000)
        return dialog

    return open_at


@pytest.fixture
def wait(qtbot, operations):
    return lambda: qtbot.waitUntil(lambda: not operations.is_busy(), timeout=10_000)


def read_rows(table):
    return [
        [table.item(row, column).text() for column in range(table.columnCount())] for row in range(table.rowCount())
    ]


def test_d23_checks_are_made_and_listed(open_dialog, opened, wait):
    page = open_dialog("checks").checks
    assert page.state.text() == "Nothing was checked yet."
    page.quick_button.click()
    wait()
    page.full_button.click()
    wait()
    assert "all of it was last checked on" in page.state.text()
    assert [row[1:3] for row in read_rows(page.table)] == [["Full", "intact"], ["Quick", "intact"]]
    assert page.outcome.text() == "Everything fits together."


def test_d23_damage_is_said_and_what_was_found_is_shown(open_dialog, opened, station, wait):
    station.store.blob_path(opened.record.photo.sha256).unlink()
    page = open_dialog("checks").checks
    page.full_button.click()
    wait()
    assert "found damage" in page.state.text()
    assert opened.record.photo.sha256[:12] in page.findings.toPlainText()
    assert page.findings.isVisible()


def test_d7_the_end_is_signed_on_demand(open_dialog, opened, station, wait):
    page = open_dialog("checks").checks
    page.sign_button.click()
    wait()
    anchor = station.store.find_newest_anchor()
    assert anchor.head_hash in page.anchor.text()
    assert "Fingerprint" in page.anchor.text()


def test_d23_a_full_check_can_be_stopped(open_dialog, opened, wait):
    page: ChecksPage = open_dialog("checks").checks
    page.full_button.click()
    assert not page.full_button.isEnabled()
    page.stop()
    wait()
    assert page.full_button.isEnabled()


def test_d21_a_folder_is_chosen_and_a_backup_made(open_dialog, opened, home, tmp_path, wait, qapp):
    page = open_dialog("backups").backups
    assert not page.back_up_button.isEnabled()
    page.change({"backup_folder": str(tmp_path / "backups"), "backup_keep": 3})
    wait()
    assert read_settings(home)[0].backup_folder == str(tmp_path / "backups")


def test_d21_a_backup_is_made_listed_and_restored(qtbot, home, opened, tmp_path):
    settings = Settings(backbone="dummy", user="Ada", backup_folder=str(tmp_path / "backups"))
    operations = Operations(lambda: Station(home, settings))
    dialog = DatabaseDialog(operations)
    qtbot.addWidget(dialog)
    dialog.tabs.setCurrentWidget(dialog.backups)
    settle(qtbot, operations)
    assert "one is due" in dialog.backups.state.text()
    dialog.backups.back_up_button.click()
    settle(qtbot, operations)
    assert "verified" in dialog.backups.outcome.text()
    [[_, folder]] = read_rows(dialog.backups.table)
    restoring = dialog.open_restore()
    restoring.source_edit.setText(folder)
    restoring.source_edit.editingFinished.emit()
    settle(qtbot, operations)
    assert restoring.plan.comparison.relation == "older"
    assert "has all inspections" in restoring.meaning.text()
    restoring.target_edit.setText(str(tmp_path / "restored"))
    restoring.restore_button.click()
    settle(qtbot, operations)
    assert "stayed as it was" in restoring.outcome.text()
    assert (tmp_path / "restored" / "audit.sqlite").is_file()
    restoring.restore()
    settle(qtbot, operations)
    assert "not empty" in restoring.outcome.text()
    assert operations.close()


def test_d22_what_is_no_backup_is_said(qtbot, open_dialog, opened, tmp_path, wait):
    restoring = open_dialog("backups").open_restore()
    restoring.compare(tmp_path)
    wait()
    assert "holds no audit.sqlite" in restoring.outcome.text()
    assert not restoring.restore_button.isEnabled()


def test_d20_rules_and_holds_are_set_and_released(open_dialog, opened, wait, give_reason, qapp):
    page = open_dialog("retention").retention
    assert read_rows(page.rules)[0][:2] == ["Everything else", "for ever"]
    page.set_rule(RuleEntry("gear", "life-and-years", 1, REASON))
    wait()
    page.set_hold(HoldEntry(None, opened.record.id, REASON), is_held=True)
    wait()
    page.set_hold(HoldEntry(None, None, REASON), is_held=True)
    wait()
    assert read_rows(page.rules)[1][:2] == ["gear", "while in use, then 1 calendar year"]
    assert [row[0] for row in read_rows(page.holds)] == ["Inspection 1", "Everything"]
    give_reason("the lawsuit is settled")
    page.release_button.click()
    wait()
    assert [row[0] for row in read_rows(page.holds)] == ["Everything"]
    page.set_hold(HoldEntry("gear", 1, REASON), is_held=True)
    wait()
    assert "name one of them" in page.outcome.text()


def test_d20_the_form_of_a_rule_asks_for_years_where_there_are_any(qtbot):
    form = RuleForm(["gear"])
    qtbot.addWidget(form)
    assert not form.save_button.isEnabled()
    assert not form.years_box.isEnabled()
    form.product_box.setCurrentIndex(1)
    form.keep_box.setCurrentIndex(1)
    form.reason_edit.edit.setPlainText(REASON)
    assert form.entry == RuleEntry("gear", "years", 15, REASON)
    assert form.save_button.isEnabled()


def test_d20_the_form_of_a_hold_asks_what_it_is_on(qtbot):
    form = HoldForm(["gear"])
    qtbot.addWidget(form)
    form.number_box.setValue(7)
    assert form.entry == HoldEntry(None, 7, "")
    form.what_box.setCurrentIndex(1)
    assert form.entry == HoldEntry(None, None, "")
    form.what_box.setCurrentIndex(2)
    assert form.entry == HoldEntry("gear", None, "")
    assert not form.number_box.isEnabled()


def test_d20_a_purge_needs_accounts(open_dialog, opened, wait):
    page = open_dialog("purges").purges
    assert "two people with accounts" in page.hint.text()
    assert not any(
        button.isEnabled()
        for button in (page.propose_button, page.approve_button, page.withdraw_button, page.purge_button)
    )
    page.propose(REASON)
    wait()
    assert "two people with accounts" in page.outcome.text()


def test_d20_one_person_proposes_and_another_agrees_and_deletes(qtbot, home, station, opened, give_reason):
    add_account(station, "Eva", "administrator", PASSWORD, REASON)
    log_on(station, "Eva", PASSWORD)
    add_account(station, "Bo", "administrator", PASSWORD, REASON)
    add_account(station, "Otto", "operator", PASSWORD, REASON)

    def work_as(name):
        def open_station():
            made = Station(home, Settings(backbone="dummy"))
            move_to(made, 2060)
            log_on(made, name, PASSWORD)
            return made

        operations = Operations(open_station)
        dialog = DatabaseDialog(operations)
        qtbot.addWidget(dialog)
        dialog.tabs.setCurrentWidget(dialog.retention)
        settle(qtbot, operations)
        dialog.tabs.setCurrentWidget(dialog.purges)
        settle(qtbot, operations)
        return operations, dialog

    operations, dialog = work_as("Eva")
    dialog.retention.set_rule(RuleEntry(None, "years", 10, REASON))
    settle(qtbot, operations)
    station.store.retire_product("gear", station.actor, REASON)
    dialog.purges.refresh()
    settle(qtbot, operations)
    assert "belong to 1 inspections" in dialog.purges.preview.text()
    give_reason(REASON)
    dialog.purges.propose_button.click()
    settle(qtbot, operations)
    assert "proposed" in dialog.purges.outcome.text()
    assert not dialog.purges.approve_button.isEnabled()
    assert operations.close()

    operations, dialog = work_as("Otto")
    assert "may look at purges only" in dialog.purges.hint.text()
    dialog.purges.approve(1, REASON)
    settle(qtbot, operations)
    assert "Otto may not" in dialog.purges.outcome.text()
    assert operations.close()

    operations, dialog = work_as("Bo")
    give_reason(REASON)
    dialog.purges.approve_button.click()
    settle(qtbot, operations)
    dialog.purges.purge(1)
    settle(qtbot, operations)
    assert "files are deleted" in dialog.purges.outcome.text()
    assert not station.store.blob_path(opened.record.photo.sha256).exists()
    assert read_rows(dialog.purges.table)[0][0] == "1, deleted"
    assert operations.close()


def test_d20_room_in_years_is_forecast(open_dialog, opened):
    page = open_dialog("forecast").forecast
    assert [row[0] for row in read_rows(page.ahead)] == ["Now", "In 1 year", "In 5 years", "In 15 years", "In 20 years"]
    assert read_rows(page.expiring)[0][:2] == ["never", "1"]


@pytest.mark.parametrize("is_damaged", [False, True])
def test_d23_due_work_is_done_in_the_background_and_damage_is_said(qtbot, operations, station, opened, is_damaged):
    if is_damaged:
        station.store.blob_path(opened.record.photo.sha256).unlink()
    said: list[Message] = []
    upkeep = Upkeep(operations, lambda: None, operations)
    upkeep.message.connect(said.append)
    with qtbot.waitSignal(upkeep.done, timeout=10_000):
        upkeep.do_now()
        upkeep.do_now()
    assert [message.action_text for message in said] == (["Database…"] if is_damaged else [])
    assert sorted(check.kind for check in station.store.keeping.list_checks()) == ["full", "quick"]
    upkeep.stop()


def test_d21_a_due_backup_that_fails_is_said(qtbot, home, opened, tmp_path):
    (tmp_path / "file").touch()
    settings = Settings(backbone="dummy", user="Ada", backup_folder=str(tmp_path / "file" / "backups"))
    operations = Operations(lambda: Station(home, settings))
    said: list[Message] = []
    upkeep = Upkeep(operations, lambda: None, operations)
    upkeep.message.connect(said.append)
    upkeep.do_now()
    settle(qtbot, operations)
    assert "backup that was due failed" in said[0].text
    assert said[0].action_text == "Database…"
    assert operations.close()


def test_d23_the_status_line_tells_of_damage(qtbot):
    line = StatusLine()
    qtbot.addWidget(line)
    line.show_audit(AuditState("2026-11-25T08:00:00.000000Z", is_intact=True, has_damage=True))
    assert line.audit_text == "Audit database is damaged"


def settle(qtbot, operations):
    qtbot.waitUntil(lambda: not operations.is_busy(), timeout=10_000)
    QApplication.processEvents()


def move_to(station, year):
    """Let a station's clock say another year."""
    ledger = station.store._ledger
    object.__setattr__(ledger, "stamp", Stamp(ledger.stamp.application, lambda: datetime(year, 1, 1, 12, tzinfo=UTC)))
