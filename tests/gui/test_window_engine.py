"""Model packs that are altered or missing, a graphics card that is gone, and faults of our own."""

# ruff: noqa: F401, F811 - the fixtures come from `windows`

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel

from gui.crash_dialog import CrashDialog
from gui.operations import Failure
from gui.session import WindowSession
from inference.detector import Detector
from station.settings import write_settings
from tests.gui.windows import (
    PATIENCE_MS,
    assert_still_works,
    choose,
    count_records,
    drop,
    impatient,
    inspect,
    make_window,
    product,
    session,
    used_window,
    wait_for_message,
    window,
)


@pytest.fixture
def home_with_own_packs(home: Path, model_home: Path) -> Path:
    """Return a home folder whose packs are copies that a test may alter."""
    home.mkdir()
    shutil.copytree(model_home / "models", home / "models")
    write_settings(home, {"backbone": "packs", "user": "Ada", "language": "en", "theme": "light"})
    return home


@pytest.fixture
def start_with_packs(qtbot, qapp: QApplication, home_with_own_packs: Path) -> Iterator[Callable[[], WindowSession]]:
    made: list[WindowSession] = []

    def start() -> WindowSession:
        session = WindowSession(qapp, home_with_own_packs)
        made.append(session)
        session.start()
        return session

    yield start
    for each in made:
        each.window.leave()
        assert each.close()
        each.window.deleteLater()


def test_an_altered_model_pack_is_never_used_and_leads_to_the_model_packs(
    qtbot, start_with_packs, home_with_own_packs, parts
):
    weights = next((home_with_own_packs / "models").glob("*lite2/weights.safetensors"))
    good = weights.read_bytes()
    weights.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    session = start_with_packs()
    said = wait_for_message(qtbot, session.window)
    assert "efficientnet-lite2" in said
    assert session.window.messages.current.action == session.window.dialogs.open_models
    assert session.window.status.engine_text == "Models could not be loaded"
    weights.write_bytes(good)
    session.window.steering.reload_models()
    qtbot.waitUntil(lambda: session.window.status.engine_text.startswith("Ready"), timeout=PATIENCE_MS)


def test_a_missing_model_pack_that_cannot_be_had_is_said(
    qtbot, start_with_packs, home_with_own_packs, monkeypatch, tmp_path
):
    monkeypatch.setenv("ANOMALYGPT_PACK_SOURCE", str(tmp_path / "nowhere"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    pack = home_with_own_packs / "models" / "efficientnet-lite2"
    pack.rename(tmp_path / "away")
    session = start_with_packs()
    assert "efficientnet-lite2" in wait_for_message(qtbot, session.window)
    assert session.window.messages.current.action == session.window.dialogs.open_models


def test_a_graphics_card_that_is_gone_is_said_and_the_processor_can_be_taken_instead(
    qtbot, start_with_packs, home_with_own_packs, monkeypatch
):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    write_settings(home_with_own_packs, {"device": "cuda"})
    session = start_with_packs()
    assert "not there any more or has failed" in wait_for_message(qtbot, session.window)
    assert session.window.messages.current.action == session.window.dialogs.open_settings
    assert "--device" not in " ".join(label.text() for label in session.window.findChildren(QLabel))
    write_settings(home_with_own_packs, {"device": "cpu"})
    session.window.settings_changed.emit(None)
    qtbot.waitUntil(lambda: session.window.status.engine_text.startswith("Ready"), timeout=PATIENCE_MS)


# Our own faults


@pytest.fixture
def broken_detector(monkeypatch) -> None:
    """Make the detector fail once, as it would for a mistake of ours."""
    original = Detector.inspect
    failed: list[bool] = []

    def fail_once(detector, *arguments, **named):
        if not failed:
            failed.append(True)
            raise ZeroDivisionError("a mistake in the detector")
        return original(detector, *arguments, **named)

    monkeypatch.setattr(Detector, "inspect", fail_once)


def test_a_fault_of_ours_is_reported_whole_and_the_next_photo_is_judged(
    qtbot, used_window, parts, home, broken_detector
):
    faults: list[Failure] = []
    used_window.operations.faulted.connect(faults.append)
    shown = used_window.page.opened
    drop(used_window, parts / "good.png")
    qtbot.waitUntil(lambda: bool(faults) and not used_window.flow.is_busy, timeout=PATIENCE_MS)
    assert "ZeroDivisionError" in faults[0].report
    assert used_window.page.opened is shown
    assert used_window.page.banner.verdict_text == "No verdict"
    assert_still_works(qtbot, used_window, parts)
    assert count_records(home) == 2


def test_a_fault_of_ours_opens_the_crash_dialog_once(qtbot, session: WindowSession, parts: Path, broken_detector):
    seen: list[str] = []

    def go_on() -> bool:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, CrashDialog):
            seen.append(dialog.text)
            dialog.reject()
        return bool(seen)

    drop(session.window, parts / "good.png")
    timer = QTimer(interval=20)
    timer.timeout.connect(go_on)
    timer.start()
    qtbot.waitUntil(lambda: bool(seen) and not session.window.flow.is_busy, timeout=PATIENCE_MS)
    timer.stop()
    assert "a mistake in the detector" in seen[0]
    assert len(seen) == 1
    assert_still_works(qtbot, session.window, parts)
