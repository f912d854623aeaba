"""The diagnostics page tells machine, folder, database and log, proves the chain, and hands all of it on as a file."""

import zipfile

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from gui.diagnostics_dialog import DiagnosticsDialog
from station.batch import inspect_photos
from station.products import prepare_references


@pytest.fixture
def recorded(station, tmp_path):
    for seed, name in enumerate(("good", "other")):
        pixels = np.random.default_rng(seed).integers(100, 150, (168, 168, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
    product = prepare_references(station, [tmp_path / "good.png"])
    [item] = inspect_photos(station, [tmp_path / "other.png"], product)
    return item.inspected.record


@pytest.fixture
def open_dialog(qtbot, operations):
    def open_now():
        dialog = DiagnosticsDialog(operations)
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitUntil(lambda: dialog.diagnosis is not None, timeout=10_000)
        return dialog

    return open_now


def _read(dialog):
    return "\n".join(label.text().replace("\u200b", "") for label in dialog.overview.findChildren(QLabel))


def test_versions_folder_and_database_are_shown(open_dialog, recorded, home):
    text = _read(open_dialog())

    assert all(word in text for word in (str(home), "Python", "dinov2-vits14", "Inspections", "PySide6-Essentials"))


def test_everything_is_copied_as_text(qtbot, open_dialog):
    dialog = open_dialog()
    dialog.copy_button.click()

    assert QGuiApplication.clipboard().text().startswith("AnomalyGPT Inspector")
    assert "clipboard" in dialog.outcome.text()


def test_the_log_bundle_is_one_file_with_everything(qtbot, open_dialog, tmp_path):
    dialog = open_dialog()
    dialog.save_bundle(tmp_path / "logs.zip")
    qtbot.waitUntil(lambda: "Nothing was sent" in dialog.outcome.text())

    with zipfile.ZipFile(tmp_path / "logs.zip") as bundle:
        assert b"AnomalyGPT Inspector" in bundle.read("diagnosis.txt")


def test_a_bundle_that_cannot_be_written_is_a_sentence(qtbot, open_dialog, tmp_path):
    dialog = open_dialog()
    (tmp_path / "file").touch()
    dialog.save_bundle(tmp_path / "file" / "logs.zip")

    qtbot.waitUntil(lambda: "cannot be written" in dialog.outcome.text())


def test_an_intact_chain_is_proved(qtbot, open_dialog, recorded):
    dialog = open_dialog()
    dialog.verify_button.click()
    qtbot.waitUntil(lambda: bool(dialog.verified.text()), timeout=10_000)

    assert dialog.verified.text().startswith("Everything fits together.")
    assert dialog.verify_button.isEnabled()


def test_an_altered_photo_is_named(qtbot, open_dialog, recorded, station):
    path = station.store.blob_path(recorded.photo.sha256)
    path.chmod(0o644)
    path.write_bytes(b"another photo")
    dialog = open_dialog()
    dialog.verify_button.click()
    qtbot.waitUntil(lambda: bool(dialog.verified.text()), timeout=10_000)

    assert dialog.verified.text().startswith("Not intact")
    assert recorded.photo.sha256[:12] in dialog.findings.toPlainText()


def test_the_end_of_the_log_is_shown(open_dialog, home):
    (home / "logs").mkdir(parents=True)
    lines = [f"line {number}" for number in range(500)]
    (home / "logs" / "anomalygpt.log").write_text("\n".join([*lines, "password=1234"]))

    shown = open_dialog().log.toPlainText().splitlines()

    assert shown[-1] == "password=***"
    assert shown[-2] == "line 499"
    assert len(shown) < 100


def test_a_damaged_database_is_named_and_the_rest_shown(open_dialog, home):
    home.mkdir()
    (home / "audit.sqlite").write_bytes(b"no database at all" * 100)

    dialog = open_dialog()

    assert dialog.diagnosis.database is None
    assert dialog.diagnosis.problems[0] in _read(dialog)
    assert "Python" in _read(dialog)


def test_looking_again_shows_what_changed(qtbot, open_dialog, station):
    dialog = open_dialog()
    before = dialog.diagnosis
    dialog.refresh_button.click()

    qtbot.waitUntil(lambda: dialog.diagnosis is not before, timeout=10_000)
