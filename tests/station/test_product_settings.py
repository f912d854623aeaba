"""Settings of a product are part of its version: checked, read back whatever was written, and every change recorded."""

import pytest
from typer.testing import CliRunner

from station.commands import app
from station.errors import RequestError
from station.product_history import list_versions
from station.product_settings import (
    Area,
    ProductSettings,
    change_product_settings,
    check_product_settings,
    read_product_settings,
)
from station.products import Addition, add_product
from storage.errors import InvalidRecord

STRIP = Area("ignore", "rectangle", ((0.0, 0.0), (20.5, 10.0)))
STROKE = Area("inspect", "brush", ((5.0, 5.0), (50.0, 5.0)), 12.0)


@pytest.fixture
def gear(station, parts):
    return add_product(station, Addition("gear", (parts / "good.png",)))


def test_a_new_product_has_the_defaults(gear):
    assert read_product_settings(gear) == ProductSettings()


def test_every_setting_comes_back_as_it_was_given(station, gear):
    given = {"mm_per_px": 0.05, "false_reject_rate": 0.01, "areas": (STRIP, STROKE), "notes": "mind the burr"}
    version = change_product_settings(station, "gear", "set up for line 2", **given)

    assert version.version == 2
    assert read_product_settings(version) == ProductSettings(**given)
    assert read_product_settings(station.store.get_product("gear")) == ProductSettings(**given)


def test_a_change_is_recorded_with_what_was_before(station, gear):
    change_product_settings(station, "gear", "customer accepts more", false_reject_rate=0.05)

    event = station.store.list_events(1)[0]
    assert (event.action, event.reason, event.actor.name) == (
        "settings.changed",
        "customer accepts more",
        "Ada Lovelace",
    )
    assert event.payload["old"] == {}
    assert event.payload["new"] == {"false_reject_rate": 0.05}


def test_what_is_not_changed_stays_even_if_unknown_here(station, gear):
    station.store.change_settings("gear", {"colour": "red", "profile": "fast"}, station.actor, "a newer program")
    version = change_product_settings(station, "gear", "scale was measured", mm_per_px=0.1)

    assert version.settings == {"colour": "red", "profile": "fast", "mm_per_px": 0.1}


def test_settings_that_are_no_use_count_as_unset(station, gear):
    wild = {"false_reject_rate": "lots", "mm_per_px": -3, "areas": [{"kind": "inspect"}], "golden": 7, "notes": "fine"}
    version = station.store.change_settings("gear", wild, station.actor, "a foreign program")

    assert read_product_settings(version) == ProductSettings(notes="fine")


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (ProductSettings(false_reject_rate=0.03), "choose one of 0.5 %, 1 %, 2 %, 5 %, 10 %"),
        (ProductSettings(mm_per_px=0.0), "mm per pixel cannot be"),
        (ProductSettings(mm_per_px=float("nan")), "mm per pixel cannot be"),
        (ProductSettings(notes="x" * 4001), "4001 characters; 4000 are allowed"),
        (ProductSettings(golden=(3, 3)), "twice"),
        (ProductSettings(areas=(Area("ignore", "polygon", ((0, 0), (1, 1))),)), "Area 1 .* it has 2 points"),
        (ProductSettings(areas=(STRIP, Area("ignore", "brush", ((0, 0),), 0.0))), "Area 2 .* brush has no size"),
        (ProductSettings(areas=(Area("ignore", "rectangle", ((0, 0), (float("inf"), 1))),)), "nowhere"),
        (ProductSettings(areas=(STRIP,) * 501), "501 areas are too many"),
    ],
)
def test_values_that_cannot_be_are_refused_with_a_sentence(settings, sentence):
    with pytest.raises(RequestError, match=sentence):
        check_product_settings(settings)


def test_a_change_needs_a_reason_and_has_to_change_something(station, gear):
    with pytest.raises(InvalidRecord, match="too short"):
        change_product_settings(station, "gear", "why", false_reject_rate=0.05)
    with pytest.raises(RequestError, match="Nothing was changed"):
        change_product_settings(station, "gear", "no reason at all", false_reject_rate=0.02)
    with pytest.raises(RequestError, match="no setting colour"):
        change_product_settings(station, "gear", "no reason at all", colour="red")

    assert station.store.get_product("gear").version == 1


def test_the_versions_say_what_each_changed(station, gear, parts):
    change_product_settings(station, "gear", "scale was measured", mm_per_px=0.0527)
    station.store.retire_reference("gear", gear.references[0].id, station.actor, "it has a scratch")

    steps = list_versions(station, "gear")

    assert [step.version.version for step in steps] == [3, 2, 1]
    assert steps[0].changes == ("reference good.png retired",)
    assert steps[1].changes == ("scale not set to 0.05270 mm per pixel",)
    assert steps[2].changes == ("added with 1 reference",)


def run(own_home, *arguments):
    return CliRunner().invoke(app, ["product", "set", *arguments, "--home", str(own_home), "--user", "Ada"])


def test_the_command_sets_scale_sensitivity_and_notes(station, gear, own_home):
    done = run(own_home, "gear", "--scale", "0.05", "--false-reject-rate", "0.1", "--reason", "set up for line 2")
    assert done.exit_code == 0, done.output
    assert "gear, version 2" in done.output

    settings = read_product_settings(station.store.get_product("gear"))
    assert (settings.mm_per_px, settings.false_reject_rate) == (0.05, 0.1)

    assert run(own_home, "gear", "--scale", "0", "--reason", "other camera now").exit_code == 0
    assert read_product_settings(station.store.get_product("gear")).mm_per_px is None


def test_the_command_refuses_with_a_sentence(station, gear, own_home):
    nothing = run(own_home, "gear", "--reason", "set up for line 2")
    wrong = run(own_home, "gear", "--false-reject-rate", "0.3", "--reason", "set up for line 2")

    assert (nothing.exit_code, wrong.exit_code) == (2, 2)
    assert "Nothing to set" in nothing.output
    assert "choose one of 0.5 %" in wrong.output
    assert station.store.get_product("gear").version == 1


def test_a_setting_changed_by_somebody_else_meanwhile_is_not_overwritten(station, gear):
    seen = station.store.get_product("gear")
    change_product_settings(station, "gear", "measured with a ruler", seen=seen, mm_per_px=0.1)
    with pytest.raises(
        RequestError, match=r"Ada Lovelace changed the same setting of product gear meanwhile .version 2."
    ):
        change_product_settings(station, "gear", "measured with a gauge", seen=seen, mm_per_px=0.2)

    assert read_product_settings(station.store.get_product("gear")).mm_per_px == 0.1


def test_changes_of_different_settings_do_not_hinder_each_other(station, gear):
    seen = station.store.get_product("gear")
    change_product_settings(station, "gear", "measured with a ruler", seen=seen, mm_per_px=0.1)
    settings = read_product_settings(
        change_product_settings(station, "gear", "notes for the shift", seen=seen, notes="lamp 3")
    )

    assert (settings.mm_per_px, settings.notes) == (0.1, "lamp 3")


def test_storage_refuses_a_change_based_on_an_older_version(station, gear):
    change_product_settings(station, "gear", "measured with a ruler", mm_per_px=0.1)
    with pytest.raises(InvalidRecord, match="at the same moment"):
        station.store.change_settings("gear", {}, station.actor, "measured with a gauge", 1)
