"""Settings come from the home folder and the environment, and a broken file never stops the station."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.settings import Settings, choose_home, read_settings


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch):
    for name in ("HOME", "DEVICE", "PROFILE", "BACKBONE", "USER", "ORGANISATION", "PIXEL_LIMIT"):
        monkeypatch.delenv(f"ANOMALYGPT_{name}", raising=False)


def _write(home: Path, text: str) -> Path:
    (home / "settings.toml").write_text(text, encoding="utf-8")
    return home


def test_a_home_without_settings_has_the_defaults_and_nothing_to_warn_of(tmp_path):
    assert read_settings(tmp_path) == (Settings(), ())


def test_settings_are_read_from_the_file(tmp_path):
    settings, warnings = read_settings(_write(tmp_path, 'profile = "fast"\nuser = "Zoë"\n'))

    assert (settings.profile, settings.user, warnings) == ("fast", "Zoë", ())


def test_the_environment_outranks_the_file(tmp_path, monkeypatch):
    monkeypatch.setenv("ANOMALYGPT_DEVICE", "cpu")

    settings, _ = read_settings(_write(tmp_path, 'device = "cuda"\n'))

    assert settings.device == "cpu"


@pytest.mark.parametrize("text", ["profile = ", "\x00", "[[["])
def test_a_broken_file_is_named_and_the_defaults_hold(tmp_path, text):
    settings, warnings = read_settings(_write(tmp_path, text))

    assert settings == Settings()
    assert len(warnings) == 1
    assert "settings.toml" in warnings[0]


def test_a_file_that_is_not_text_is_named_and_the_defaults_hold(tmp_path):
    (tmp_path / "settings.toml").write_bytes(b"\xff\xfe\x00profile")

    settings, warnings = read_settings(tmp_path)

    assert settings == Settings()
    assert "settings.toml" in warnings[0]


def test_one_bad_value_does_not_cost_the_good_ones(tmp_path):
    settings, warnings = read_settings(_write(tmp_path, 'profile = "slow"\nuser = "Kim"\ncolour = 3\n'))

    assert (settings.profile, settings.user) == ("default", "Kim")
    assert all(any(f'"{name}"' in text for text in warnings) for name in ("profile", "colour"))


def test_a_bad_variable_is_named_and_its_default_used(tmp_path, monkeypatch):
    monkeypatch.setenv("ANOMALYGPT_PIXEL_LIMIT", "many")

    settings, warnings = read_settings(tmp_path)

    assert settings.pixel_limit == Settings().pixel_limit
    assert warnings[0].startswith("ANOMALYGPT_PIXEL_LIMIT")


@given(
    st.dictionaries(
        st.sampled_from([*Settings.model_fields, "other"]), st.one_of(st.integers(), st.text(max_size=5), st.none())
    )
)
def test_no_value_whatever_stops_the_station(values):
    from station.settings import _validate_what_can_be_used

    settings, refused = _validate_what_can_be_used(values)

    kept = set(values) - {name for name, _ in refused}
    assert all(getattr(settings, name) == getattr(Settings.model_validate({name: values[name]}), name) for name in kept)


def test_the_home_is_the_one_given_then_the_variable_then_the_systems(tmp_path, monkeypatch):
    systems = choose_home()
    monkeypatch.setenv("ANOMALYGPT_HOME", str(tmp_path))

    assert choose_home() == tmp_path
    assert choose_home(tmp_path / "other") == tmp_path / "other"
    assert systems.is_absolute()
    assert systems != tmp_path


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('profile = "slow"', "use one of 'default', 'fast'"),
        ("colour = 3", "there is no such setting"),
        ("pixel_limit = 0", "it is less than 1"),
        (f'user = "{"k" * 201}"', "it has more than 200 characters"),
        ("user = 3", "3 is not what is kept there"),
        ('operator_mode = "perhaps"', "'perhaps' is not what is kept there"),
    ],
)
def test_why_a_value_is_ignored_is_said_in_plain_words(tmp_path, text, reason):
    _, [warning] = read_settings(_write(tmp_path, text + "\n"))

    assert warning.endswith(f"is ignored and its default used: {reason}.")
