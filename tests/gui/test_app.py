"""A run of the window: first start, files of a second start, settings that change while it runs, an orderly end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from gui.first_run import FirstRunDialog
from gui.session import WindowSession
from gui.theme import apply_theme, is_dark
from inference.model_packs import read_manifests
from station.errors import RequestError
from station.language import current_language, use_language
from station.products import Addition, add_product
from station.settings import Settings, write_settings
from station.station import Station
from station.window_command import WindowRequest, run_without_command, set_opener

PATIENCE_MS = 20_000


@pytest.fixture
def make_session(qapp: QApplication, home: Path) -> Iterator[Callable[[], WindowSession]]:
    made: list[WindowSession] = []

    def make() -> WindowSession:
        session = WindowSession(qapp, home)
        made.append(session)
        return session

    yield make
    for session in made:
        session.window.leave()
        assert session.close()
        session.window.deleteLater()
    use_language("en")
    apply_theme(qapp, "light")


@pytest.fixture
def session(make_session, qtbot, home: Path) -> WindowSession:
    write_settings(home, {"backbone": "dummy", "user": "Ada", "theme": "light", "language": "en"})
    session = make_session()
    session.start()
    wait_until_idle(qtbot, session)
    return session


def wait_until_idle(qtbot, session: WindowSession) -> None:
    qtbot.waitUntil(session.window.isVisible, timeout=PATIENCE_MS)
    qtbot.wait(20)
    qtbot.waitUntil(lambda: not session.operations.is_busy(), timeout=PATIENCE_MS)


def change(session: WindowSession, home: Path, **values: object) -> None:
    write_settings(home, values)
    session.window.settings_changed.emit(None)


def test_a_new_home_folder_shows_the_first_run_and_then_the_window(qtbot, make_session, monkeypatch):
    monkeypatch.setenv("ANOMALYGPT_BACKBONE", "dummy")
    session = make_session()
    session.start()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), FirstRunDialog), timeout=PATIENCE_MS)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, FirstRunDialog)
    dialog.reject()
    qtbot.waitUntil(lambda: session.window.status.engine_text.startswith("Ready"), timeout=PATIENCE_MS)


def test_the_models_are_loaded_after_the_window_is_there(session: WindowSession):
    assert session.window.status.engine_text == "Ready, 1 model pack loaded"


def test_files_of_a_second_start_are_inspected(qtbot, session: WindowSession, home: Path, parts: Path):
    with Station(home, Settings(backbone="dummy", user="Ada")) as station:
        add_product(station, Addition("Flange", (parts / "good.png",)))
    session.window.page.references.choose_product("Flange")
    qtbot.waitUntil(lambda: session.window.steering.product == "Flange", timeout=PATIENCE_MS)
    session.take_files([parts / "spot.png"])
    qtbot.waitUntil(lambda: session.window.page.opened is not None, timeout=PATIENCE_MS)
    wait_until_idle(qtbot, session)


def test_the_theme_changes_live(session: WindowSession, home: Path):
    change(session, home, theme="dark")
    assert is_dark()


def test_a_change_of_language_makes_the_window_anew(qtbot, session: WindowSession, home: Path):
    before = session.window
    change(session, home, language="de")
    assert current_language() == "de"
    assert session.window is not before
    assert session.window.isVisible()
    wait_until_idle(qtbot, session)


def test_a_change_of_language_waits_while_something_runs(qtbot, session: WindowSession, home: Path):
    before = session.window
    session.operations.run("work", lambda station, control: None)
    change(session, home, language="de")
    assert session.window is before
    assert "started again" in session.window.messages.current.text
    wait_until_idle(qtbot, session)


def test_operator_mode_is_entered_and_left_by_the_settings(qtbot, session: WindowSession, home: Path):
    change(session, home, operator_mode=True)
    assert not session.window.menuBar().isVisible()
    change(session, home, operator_mode=False)
    assert session.window.menuBar().isVisible()
    wait_until_idle(qtbot, session)


def test_another_user_is_shown(qtbot, session: WindowSession, home: Path):
    change(session, home, user="Grace")
    wait_until_idle(qtbot, session)
    assert "Grace" in session.window.status._user.text()


def test_settings_that_cannot_be_used_are_said_and_do_not_stop_the_start(qtbot, make_session, home: Path):
    home.mkdir()
    (home / "settings.toml").write_text('backbone = "dummy"\npixel_limit = "many"\n')
    session = make_session()
    session.start()
    qtbot.waitUntil(lambda: session.window.messages.current is not None, timeout=PATIENCE_MS)
    assert "pixel_limit" in session.window.messages.current.text
    assert session.window.messages.current.action_text == "Settings…"
    wait_until_idle(qtbot, session)


def test_a_home_folder_that_is_damaged_still_opens_the_window_and_says_so(qtbot, make_session, home: Path):
    home.mkdir()
    (home / "settings.toml").write_text('backbone = "dummy"\n')
    (home / "audit.sqlite").write_bytes(b"this is no database" * 100)
    session = make_session()
    session.start()
    qtbot.waitUntil(lambda: session.window.messages.current is not None, timeout=PATIENCE_MS)
    assert "audit.sqlite" in session.window.messages.current.text
    assert session.window.isVisible()
    wait_until_idle(qtbot, session)


def test_altered_model_packs_are_said_with_a_way_to_the_packs(qtbot, make_session, home: Path):
    for manifest in read_manifests().values():
        folder = home / "models" / manifest.name
        folder.mkdir(parents=True)
        (folder / manifest.weights.name).write_bytes(b"altered")
    (home / "settings.toml").write_text('user = "Ada"\n')
    session = make_session()
    session.start()
    qtbot.waitUntil(lambda: session.window.messages.current is not None, timeout=PATIENCE_MS)
    assert session.window.messages.current.action_text == "Model packs…"
    assert session.window.status.engine_text == "Models could not be loaded"
    wait_until_idle(qtbot, session)


def test_without_a_command_the_window_opens_where_there_is_a_display(monkeypatch, home: Path):
    import typer

    from station.command_options import CommonOptions

    opened: list[WindowRequest] = []
    monkeypatch.setenv("DISPLAY", ":0")
    set_opener(lambda request: opened.append(request) or 0)
    try:
        with pytest.raises(typer.Exit) as ended:
            run_without_command(CommonOptions(home=home))
    finally:
        set_opener(None)
    assert ended.value.exit_code == 0
    assert opened == [WindowRequest(home)]


def test_libraries_the_window_lacks_are_a_sentence():
    from station import window_command
    from station.command_options import CommonOptions

    def fail(request: WindowRequest) -> int:
        raise ImportError("libEGL.so.1: cannot open shared object file")

    set_opener(fail)
    try:
        with pytest.raises(RequestError, match=r"libEGL.so.1"):
            window_command._open(CommonOptions(), ())
    finally:
        set_opener(None)
