"""Packs are listed with licence and state, installed only after their licence was accepted, and devices tried out.

A tiny pack of our own, in the folder of another station, stands for the large ones.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QDialog
from safetensors.numpy import save

from gui.model_dialog import ModelDialog
from gui.model_licence_dialog import ModelLicenceDialog
from gui.model_packs_page import format_size
from inference.model_packs import manifest
from station.device_test import DeviceTest, DeviceTrial
from station.settings import read_settings

ABOUT = """
name = "tiny"
version = "1"
title = "Tiny network"
role = "backbone"
licence = "MIT"
origin = "made for this test"
default = true
architecture = "dinov2"
requirement = "tiny==1"
recipe = "dinov2-onnx"
[network]
"""


@dataclass(frozen=True)
class Tiny:
    source: Path
    """A folder with the pack's weights, as another station has it."""


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    data = save({"weight": np.arange(6, dtype=np.float32)})
    source, manifests = tmp_path / "other station", tmp_path / "manifests"
    source.mkdir()
    manifests.mkdir()
    (source / "weights.safetensors").write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    tables = [f'[{name}]\nname = "{name}"\nsha256 = "{name}"\nsize = 90210194\n' for name in ("wheel", "member")]
    weights = f'[weights]\nname = "weights.safetensors"\nsha256 = "{digest}"\nsize = {len(data)}\n'
    (manifests / "tiny.toml").write_text("\n".join([ABOUT, *tables, weights]))
    monkeypatch.setattr(manifest, "MANIFESTS_FOLDER", manifests)
    monkeypatch.setenv("ANOMALYGPT_PACK_SOURCE", str(source))
    return Tiny(source)


@pytest.fixture
def dialog(qtbot, operations, tiny):
    made = ModelDialog(operations)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.packs.chosen is not None and not operations.active)
    return made


def _answer_licences(monkeypatch, answer):
    asked = []

    def run(licence_dialog):
        asked.append(licence_dialog.text.toPlainText())
        return answer

    monkeypatch.setattr(ModelLicenceDialog, "exec", run)
    return asked


def _wait_for(qtbot, dialog, state):
    qtbot.waitUntil(lambda: dialog.packs.chosen.state == state, timeout=10_000)


def test_a_pack_is_listed_with_version_size_licence_and_source(dialog):
    cells = [dialog.packs.table.item(0, column).text() for column in range(4)]
    details = [label.text() for label in dialog.packs._labels.values()]

    assert cells[:2] == ["Tiny network", "1"]
    assert cells[3] == "Not installed"
    assert {"tiny", "MIT", "made for this test"} <= set(details)
    assert "90 MB" in dialog.packs.install_button.text()


def test_a_pack_is_installed_after_its_licence_was_accepted(qtbot, dialog, monkeypatch, station):
    asked = _answer_licences(monkeypatch, QDialog.DialogCode.Accepted)
    dialog.packs.install_button.click()
    _wait_for(qtbot, dialog, "verified")

    actions = [event.action for event in station.store.list_events()]
    assert "Permission is hereby granted" in asked[0]
    assert {"licence.accepted", "model_pack.installed"} <= set(actions)
    assert not dialog.packs.install_button.isVisible()


def test_nothing_is_installed_when_the_licence_is_not_accepted(qtbot, dialog, monkeypatch, home, operations):
    _answer_licences(monkeypatch, QDialog.DialogCode.Rejected)
    dialog.packs.install_button.click()
    dialog.import_from(home)

    qtbot.waitUntil(lambda: not operations.active)
    assert not (home / "models" / "tiny").exists()


def test_a_folder_of_another_station_is_imported(qtbot, dialog, tiny, monkeypatch):
    asked = _answer_licences(monkeypatch, QDialog.DialogCode.Accepted)
    dialog.import_from(tiny.source)
    _wait_for(qtbot, dialog, "verified")

    assert len(asked) == 1


def test_a_folder_without_packs_is_a_sentence_and_no_question(qtbot, dialog, tmp_path, monkeypatch):
    asked = _answer_licences(monkeypatch, QDialog.DialogCode.Accepted)
    (tmp_path / "empty").mkdir()
    dialog.import_from(tmp_path / "empty")

    qtbot.waitUntil(lambda: "no model pack" in dialog.packs.outcome.text())
    assert asked == []
    assert dialog.packs.import_button.isEnabled()


def test_an_altered_file_is_found_and_named_and_replaced(qtbot, dialog, monkeypatch, home):
    _answer_licences(monkeypatch, QDialog.DialogCode.Accepted)
    dialog.packs.install_button.click()
    _wait_for(qtbot, dialog, "verified")
    weights = home / "models" / "tiny" / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"?")

    dialog.packs.verify_button.click()
    _wait_for(qtbot, dialog, "damaged")
    assert "weights.safetensors" in dialog.packs.outcome.text()

    dialog.packs.install_button.click()
    _wait_for(qtbot, dialog, "verified")


def test_installed_packs_are_verified_when_the_dialog_opens(qtbot, dialog, monkeypatch, operations):
    _answer_licences(monkeypatch, QDialog.DialogCode.Accepted)
    dialog.packs.install_button.click()
    _wait_for(qtbot, dialog, "verified")

    second = ModelDialog(operations)
    qtbot.addWidget(second)
    qtbot.waitUntil(lambda: second.packs.chosen is not None and second.packs.chosen.state == "verified")
    assert "1 model pack is verified" in second.packs.outcome.text()


def test_the_licence_can_only_be_accepted_after_it_was_ticked(qtbot, dialog):
    licence = ModelLicenceDialog([dialog.packs.chosen])
    qtbot.addWidget(licence)
    assert not licence.accept_button.isEnabled()

    licence.accept_box.setChecked(True)
    licence.accept_button.click()

    assert licence.result() == QDialog.DialogCode.Accepted


def test_the_device_test_shows_milliseconds_and_what_cannot_be_used(qtbot, dialog):
    dialog.tabs.setCurrentWidget(dialog.device)
    dialog.device.test_button.click()
    qtbot.waitUntil(lambda: dialog.device.table.rowCount() == 3, timeout=20_000)

    table = dialog.device.table
    assert table.item(0, 1).text().endswith(" ms")
    assert table.item(0, 2).text() == "100.00 %"
    assert table.item(1, 1).text() == "–"
    assert "no such device" in table.item(1, 3).text()
    assert "Processor" in dialog.device.outcome.text()


def test_a_device_that_computes_something_else_is_warned_of(dialog):
    dialog.device.show_test(DeviceTest((DeviceTrial("cuda", "cuda (torch)", 0.01, 0.5),), "cpu"))

    assert "differ" in dialog.device.table.item(0, 3).text()


def test_another_device_is_kept_in_the_settings(qtbot, dialog, home):
    box = dialog.device.device_box
    qtbot.waitUntil(box.isEnabled)
    box.setCurrentIndex(box.findData("cpu"))
    with qtbot.waitSignal(dialog.settings_changed):
        box.activated.emit(box.currentIndex())

    assert read_settings(home)[0].device == "cpu"


@pytest.mark.parametrize(("size", "text"), [(12, "12 B"), (8_800, "8.8 kB"), (88_000_000, "88 MB"), (14e9, "14 GB")])
def test_sizes_are_written_as_people_read_them(size, text):
    assert format_size(int(size)) == text
