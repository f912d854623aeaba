"""`audit` proves, copies and restores the records of a home folder."""

import json
import subprocess
import sys

import pytest

from storage.exports.evidence import VERIFIER


@pytest.fixture
def recorded(run, photos):
    """Make one inspection."""
    run("inspect", photos / "spot.png", "--reference", photos / "reference.png")


@pytest.mark.usefixtures("recorded")
def test_verification_says_what_it_checked(run):
    result = run("audit", "verify", "--json")

    document = json.loads(result.stdout)
    assert result.exit_code == 0
    assert document["ok"] is True
    assert document["problems"] == []
    assert set(document["checked"]) >= {"events", "rows", "blobs"}
    assert len(document["head_hash"]) == 64


@pytest.mark.usefixtures("recorded")
def test_a_changed_blob_is_named_on_stderr(run, own_home):
    blob = next(path for path in (own_home / "blobs").rglob("*") if path.is_file())
    blob.chmod(0o600)
    blob.write_bytes(blob.read_bytes()[:-1] + b"?")

    result = run("audit", "verify")

    assert result.exit_code == 2
    assert blob.name[:8] in result.stderr
    assert "NOT INTACT" in result.stdout


@pytest.mark.usefixtures("recorded")
def test_a_backup_is_restored_into_a_new_home(run, tmp_path):
    assert run("audit", "backup", tmp_path / "backup").exit_code == 0

    restored = run("audit", "restore", tmp_path / "backup", "--home", tmp_path / "new")

    assert restored.exit_code == 0
    shown = json.loads(run("show", 1, "--home", tmp_path / "new", "--json").stdout)
    assert shown["inspections"][0]["image"] == "spot.png"
    assert run("audit", "verify", "--home", tmp_path / "new").exit_code == 0


@pytest.mark.usefixtures("recorded")
def test_a_restore_without_a_new_home_is_refused(run, tmp_path):
    run("audit", "backup", tmp_path / "backup")

    result = run("audit", "restore", tmp_path / "backup")

    assert result.exit_code == 2
    assert "--home" in result.stderr


@pytest.mark.usefixtures("recorded")
def test_an_existing_home_is_never_overwritten(run, tmp_path, own_home):
    run("audit", "backup", tmp_path / "backup")

    result = run("audit", "restore", tmp_path / "backup", "--home", own_home)

    assert result.exit_code == 2
    assert run("audit", "verify").exit_code == 0


def test_issuing_reports_and_exports_leaves_events(run, photos, own_home, tmp_path):
    from storage.store import Store

    run("inspect", photos / "spot.png", "--reference", photos / "reference.png")
    run("report", 1, "-o", tmp_path / "report.pdf")
    run("export", "-o", tmp_path / "all.csv", "--verdict", "reject")

    with Store.open(own_home, application_version="test") as store:
        actions = [event.action for event in store.list_events()]
    assert actions[:2] == ["inspections.exported", "report.issued"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["--verdict", "reject"], ["spot.png"]),
        (["--text", "GOOD"], ["good.png"]),
        (["--product", "gear"], []),
        (["--limit", 1], ["spot.png"]),
        (["--before", 2], ["good.png"]),
        (["--since", "2999"], []),
    ],
)
def test_history_is_narrowed_and_newest_first(words, found, run, photos):
    run("inspect", photos / "good.png", photos / "spot.png", "--reference", photos / "reference.png")

    listed = json.loads(run("history", *words, "--json").stdout)["inspections"]

    assert [inspection["image"] for inspection in listed] == found


@pytest.mark.usefixtures("recorded")
def test_a_bundle_proves_an_inspection_to_whoever_has_only_python(run, tmp_path):
    result = run("export", "--format", "bundle", "--id", "1", "-o", tmp_path / "proof.zip", "--json")
    command = [sys.executable, "-I", "-S", VERIFIER, tmp_path / "proof.zip"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)

    document = json.loads(result.stdout)
    assert (result.exit_code, document["inspections"]) == (0, [1])
    assert told.returncode == 0, told.stdout
    assert document["public_key"] in told.stdout


@pytest.mark.usefixtures("recorded")
def test_a_bundle_of_nothing_is_refused(run, tmp_path):
    result = run("export", "--format", "bundle", "--product", "none", "-o", tmp_path / "proof.zip")

    assert result.exit_code == 2
    assert not (tmp_path / "proof.zip").exists()
