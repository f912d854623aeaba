"""Everything that is not ours is named with its licence, and the texts of those licences come along."""

import pytest

from station.licences import accept_licences, list_components, read_component, read_licence


@pytest.fixture(scope="module")
def components():
    return {component.name: component for component in list_components()}


def test_packages_that_the_program_needs_are_named_and_test_tools_are_not(components):
    assert {"torch", "reportlab", "SQLAlchemy", "pydantic_core"} <= components.keys()
    assert not {"pytest", "mypy", "ruff"} & components.keys()


def test_fonts_and_model_packs_are_named_too(components):
    kinds = {component.kind for component in components.values()}
    assert kinds == {"package", "font", "pack"}


def test_every_component_has_a_licence_and_nearly_every_one_its_text(components):
    assert all(component.licence for component in components.values())
    assert [name for name, component in components.items() if not read_component(component)] == []


def test_the_licence_of_the_window_library_is_there_in_full(components):
    text = read_component(components["PySide6_Essentials"])
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text


def test_a_pack_under_two_licences_has_both_texts():
    text = read_licence("Apache-2.0 (weights), MIT (package)")
    assert "Apache License" in text
    assert "Permission is hereby granted" in text


def test_an_unknown_licence_has_no_text():
    assert read_licence("Somebody's own") == ""


def test_accepting_a_licence_is_recorded_with_its_name(station):
    accept_licences(station, ["dinov2-vits14"])

    event = station.store.list_events()[0]
    assert (event.action, event.object_id) == ("licence.accepted", "dinov2-vits14")
    assert "Apache-2.0" in event.payload["licence"]
