"""Changed settings are kept whole, noted where results depend on them, and nothing that somebody wrote is lost."""

import pytest

from station.changing_settings import change_settings, describe_settings, repair_settings
from station.errors import RequestError
from station.settings import Settings, read_settings
from storage.errors import KnownError


@pytest.fixture(autouse=True)
def _no_dummy(station, monkeypatch):
    monkeypatch.delenv("ANOMALYGPT_BACKBONE")


def _actions(station):
    return [(event.action, event.payload) for event in station.store.list_events() if "settings" in event.action]


def _write(station, text):
    station.home.mkdir(parents=True, exist_ok=True)
    (station.home / "settings.toml").write_text(text, encoding="utf-8")


def test_a_home_without_a_file_has_the_defaults_and_a_path_for_one(station):
    state = describe_settings(station.home)

    assert (state.settings, state.warnings, dict(state.fixed)) == (Settings(), (), {})
    assert state.path == station.home / "settings.toml"


def test_a_setting_that_results_depend_on_leaves_an_event_with_old_and_new(station):
    change_settings(station, {"profile": "fast"})

    assert _actions(station) == [("settings.changed", {"setting": "profile", "old": "default", "new": "fast"})]


def test_a_setting_that_no_result_depends_on_leaves_none(station):
    state = change_settings(station, {"theme": "dark", "defect_codes": ("crack", "D7")})

    assert state.settings.defect_codes == ("crack", "D7")
    assert _actions(station) == []


def test_a_refused_value_is_a_sentence_and_leaves_the_file(station):
    _write(station, 'user = "Kim"\n')

    with pytest.raises(RequestError, match='"profile" was not changed'):
        change_settings(station, {"profile": "slow"})

    assert (station.home / "settings.toml").read_text() == 'user = "Kim"\n'


def test_a_change_that_cannot_be_noted_is_not_made(station, monkeypatch):
    _write(station, 'user = "Kim"\n')

    def refuse(*_):
        raise KnownError("The database is locked.")

    monkeypatch.setattr(station.store, "record_event", refuse)
    with pytest.raises(KnownError):
        change_settings(station, {"profile": "fast"})

    assert read_settings(station.home)[0].profile == "default"
    assert (station.home / "settings.toml").read_text() == 'user = "Kim"\n'


def test_a_file_that_cannot_be_understood_is_put_aside_before_it_is_replaced(station):
    _write(station, "my notes [[[")

    change_settings(station, {"theme": "dark"})

    [aside] = station.home.glob("*.broken")
    assert aside.read_text() == "my notes [[["
    assert read_settings(station.home) == (Settings(theme="dark"), ())


def test_repairing_keeps_what_can_be_used_of_the_file_whatever_the_environment_says(station, monkeypatch):
    _write(station, 'profile = "slow"\nuser = "Kim"\ntheme = "dark"\n')
    monkeypatch.setenv("ANOMALYGPT_THEME", "light")

    state = repair_settings(station)

    assert state.warnings == ()
    assert (state.settings.user, state.settings.theme) == ("Kim", "light")
    assert 'theme = "dark"' in (station.home / "settings.toml").read_text()
    assert len(list(station.home.glob("*.broken"))) == 1


def test_variables_are_named_by_their_setting(station, monkeypatch):
    monkeypatch.setenv("ANOMALYGPT_DEVICE", "cpu")

    assert dict(describe_settings(station.home).fixed) == {"device": "ANOMALYGPT_DEVICE"}
