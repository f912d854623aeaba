"""Installing a model pack leaves an event the first time, and none when it was there already."""

from pathlib import Path

import pytest

from inference.errors import ModelPackError
from inference.model_packs import InstalledPack, PackStatus, find_manifest
from station.models import (
    describe_packs,
    find_importable,
    import_packs,
    install_packs,
    verify_packs,
    view_packs,
)

PACK = InstalledPack(find_manifest("dinov2-vits14"), Path("models/dinov2-vits14"))


@pytest.fixture
def network(monkeypatch):
    """Stand in for fetching 90 MB: a list that says which packs are installed, and the calls that were made."""
    installed, calls = [], []

    def install(name, folder, **options):
        calls.append((name, folder))
        installed.append(PACK)
        return (PACK,)

    def list_states(folder):
        return [PackStatus(PACK.manifest, "installed" if installed else "missing")]

    monkeypatch.setattr("station.models.install_pack", install)
    monkeypatch.setattr("station.models.import_pack", install)
    monkeypatch.setattr("station.models.list_packs", list_states)
    return calls


def test_a_new_pack_leaves_an_event_with_its_hash_and_licence(station, network):
    [described] = install_packs(station, "default")

    event = station.store.list_events()[0]
    assert network == [("default", station.home / "models")]
    assert described == {"name": "dinov2-vits14", "version": "1", "sha256": PACK.manifest.weights.sha256}
    assert (event.action, event.object_id) == ("model_pack.installed", "dinov2-vits14")
    assert event.payload["sha256"] == PACK.manifest.weights.sha256
    assert event.payload["licence"] == PACK.manifest.licence


@pytest.mark.usefixtures("network")
def test_a_pack_that_is_there_leaves_no_second_event(station):
    for _ in range(2):
        install_packs(station, "default")

    actions = [event.action for event in station.store.list_events()]
    assert actions.count("model_pack.installed") == 1


@pytest.mark.usefixtures("network")
def test_an_imported_pack_leaves_an_event_too(station, tmp_path):
    import_packs(station, tmp_path)

    assert station.store.list_events()[0].action == "model_pack.installed"


def test_importing_from_nowhere_is_a_sentence_and_leaves_nothing(station, tmp_path):
    with pytest.raises(ModelPackError, match="missing"):
        import_packs(station, tmp_path / "missing")

    assert not any(event.action == "model_pack.installed" for event in station.store.list_events())


def test_every_known_pack_is_described_with_its_licence_and_whether_it_is_needed(station):
    packs = {str(pack["name"]): pack for pack in describe_packs(station)}

    assert packs["dinov2-vits14"]["default"] is True
    assert packs["dinov2-vits14"]["state"] == "missing"
    assert all(pack["licence"] for pack in packs.values())
    assert "model install" in str(packs["dinov2-vits14"]["problem"])


def test_packs_are_viewed_without_looking_into_files_and_verified_with(station):
    folder = station.home / "models" / "dinov2-vits14"
    folder.mkdir(parents=True)

    viewed = {pack.name: pack for pack in view_packs(station.home)}
    verified = {pack.name: pack for pack in verify_packs(station)}

    assert viewed["dinov2-vits14"].state == "installed"
    assert verified["dinov2-vits14"].state == "damaged"
    assert "missing" in verified["dinov2-vits14"].problem
    assert viewed["efficientnet-lite0"].state == verified["efficientnet-lite0"].state == "missing"


def test_only_the_packs_that_are_named_are_verified(station):
    (station.home / "models" / "dinov2-vits14").mkdir(parents=True)

    states = {pack.name: pack.state for pack in verify_packs(station, ["efficientnet-lite2"])}

    assert states["dinov2-vits14"] == "installed"


def test_needed_packs_come_first(station):
    needed = [pack.is_needed for pack in view_packs(station.home)]

    assert needed == sorted(needed, reverse=True)


def test_a_folder_without_packs_has_nothing_to_import(tmp_path):
    with pytest.raises(ModelPackError, match="no model pack"):
        find_importable(tmp_path)
