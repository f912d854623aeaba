"""Every command that leaves a record asks for the right to do so, whoever runs it and by whatever way (D2, D3)."""

import ast
from pathlib import Path

import numpy as np
import pytest

from station import (
    batch,
    conversing,
    golden_set,
    good_parts,
    highlighting,
    inspecting,
    mask_correcting,
    products,
    single_photo,
)
from station.changing_settings import change_settings, repair_settings
from station.conversation_export import export_conversation
from station.people import add_account, log_on
from station.rights import NotAllowed
from storage.store import Store
from tests.station.test_people import PASSWORD, REASON, quick_hashes  # noqa: F401 - a fixture

ROOMS = ("station", "gui")
WRITES = {
    "add_product", "add_references", "approve_reference", "retire_reference", "change_settings", "retire_product",
    "reinstate_product", "record_inspection", "record_event", "add_disposition", "add_turn", "add_query",
    "add_comment", "add_corrected_mask",
    "add_account", "change_account", "add_signature", "export_evidence", "backup",
}  # fmt: skip


def find_writes():
    """Every call of a writing method of the store, with the name of its file."""
    project = Path(__file__).resolve().parents[2]
    for room in ROOMS:
        for path in sorted((project / room).glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if is_write(node):
                    yield path.relative_to(project).as_posix(), node, path.read_text(encoding="utf-8")


def is_write(node):
    is_method = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return is_method and node.func.attr in WRITES and ast.unparse(node.func.value).endswith("store")


def test_d3_every_write_names_an_actor_that_was_asked_for_its_right():
    """People come from `acting`, programs are named agents; nobody makes an actor of a person's name by the way."""
    free = {
        "station/people.py": "log-ons are records of whoever tries",
        "station/models.py": "packs that are missing are fetched for whoever inspects",
    }
    careless = [
        (name, node.func.attr)
        for name, node, source in find_writes()
        if (".acting(" not in source or "station.actor" in source)
        and '"agent")' not in ast.unparse(node)
        and name not in free
    ]

    assert careless == []


@pytest.fixture
def operated(station):
    """A station at which an operator has logged on."""
    add_account(station, "Boss", "administrator", PASSWORD, REASON)
    log_on(station, "Boss", PASSWORD)
    add_account(station, "Otto", "operator", PASSWORD, REASON)
    log_on(station, "Otto", PASSWORD)
    return station


def test_an_operator_inspects_but_decides_nothing_and_changes_nothing(operated, parts, tmp_path):
    from station.exporting import export_csv
    from station.inspecting import inspect_photo
    from station.mask_correcting import correct_mask, correct_mask_from_file
    from station.products import Addition, add_product, prepare_references
    from station.reviewing import comment, dispose
    from storage.records import InspectionFilter

    record = inspect_photo(operated, parts / "spot.png", prepare_references(operated, [parts / "good.png"])).record
    before = operated.store.verify().head_seq

    for attempt in (
        lambda: dispose(operated, record.id, "accept", "", "it looks quite good to me"),
        lambda: comment(operated, record.id, "it looks quite good to me"),
        lambda: correct_mask(operated, record.id, np.zeros((168, 168), np.uint8), "it looks quite good to me"),
        lambda: correct_mask_from_file(operated, record.id, parts / "no.png", "it looks quite good to me"),
        lambda: add_product(operated, Addition("gear", (parts / "good.png",))),
        lambda: export_csv(operated, InspectionFilter(), tmp_path / "a.csv"),
    ):
        with pytest.raises(NotAllowed, match="Otto"):
            attempt()

    assert operated.store.verify().head_seq == before
    assert not (tmp_path / "a.csv").exists()
    assert record.recorded_by.name == "Otto"


def count_blobs(station):
    return sum(path.is_file() for path in (station.home / "blobs").rglob("*"))


def fail_to_compute(*arguments, **options):
    raise AssertionError("nothing may be computed for who may not record it")


ATTEMPTS = {
    "highlight": lambda station, number, parts: highlighting.highlight(station, number, "crack"),
    "ask": lambda station, number, parts: conversing.ask(station, number, "Is it cracked?"),
    "answer again": lambda station, number, parts: conversing.ask(station, number, "", replaces_turn_id=2),
    "record": lambda station, number, parts: single_photo.record_photo(station, parts / "good.png"),
    "inspect": lambda station, number, parts: inspecting.inspect_photo(station, parts / "good.png", None),
    "inspect in a batch": lambda station, number, parts: batch.inspect_one(station, parts / "good.png", None),
    "correct a mask": lambda station, number, parts: mask_correcting.correct_mask_from_file(
        station, number, parts / "good.png", "it looks quite good to me"
    ),
    "make a product": lambda station, number, parts: products.add_product(
        station, products.Addition("gear", (parts / "good.png",))
    ),
    "add references": lambda station, number, parts: products.add_references(
        station, products.Addition("gear", (parts / "good.png",))
    ),
    "make a good part a reference": lambda station, number, parts: good_parts.record_good_part(
        station, number, "it looks quite good to me"
    ),
    "check a golden set": lambda station, number, parts: golden_set.check_golden_set(station, "gear"),
}


@pytest.fixture
def audited(station, parts):
    """A station with an inspection at which an auditor has logged on, who may add to no inspection."""
    add_account(station, "Boss", "administrator", PASSWORD, REASON)
    log_on(station, "Boss", PASSWORD)
    number = single_photo.record_photo(station, parts / "spot.png").id
    conversing.ask(station, number, "What is it?")
    add_account(station, "Auditor", "auditor", PASSWORD, REASON)
    log_on(station, "Auditor", PASSWORD)
    return station, number


@pytest.mark.parametrize("what", ATTEMPTS)
def test_d3_the_right_is_asked_before_anything_is_read_or_computed(audited, parts, monkeypatch, what):
    station, number = audited
    events, blobs = station.store.verify().head_seq, count_blobs(station)
    for computing in ("read_blob", "put_blob", "put_blob_file", "get_inspection", "get_product"):
        monkeypatch.setattr(Store, computing, fail_to_compute)

    with pytest.raises(NotAllowed, match="Auditor"):
        ATTEMPTS[what](station, number, parts)

    assert (station.store.verify().head_seq, count_blobs(station)) == (events, blobs)


def test_d3_a_conversation_leaves_no_file_where_it_may_not_be_exported(operated, parts, tmp_path):
    number = single_photo.record_photo(operated, parts / "spot.png").id
    conversing.ask(operated, number, "What is it?")

    with pytest.raises(NotAllowed, match="Otto"):
        export_conversation(operated, number, tmp_path / "talk.txt")
    assert not (tmp_path / "talk.txt").exists()


@pytest.mark.parametrize(
    "changes", [{"defect_codes": ("D7",)}, {"lock_after_minutes": 0}, {"user": "Eve"}, {"backup_folder": "/tmp"}]
)
def test_d3_settings_are_not_changed_by_who_may_not(operated, changes):
    path = operated.home / "settings.toml"
    before = path.read_bytes() if path.exists() else None

    for attempt in (lambda: change_settings(operated, changes), lambda: repair_settings(operated)):
        with pytest.raises(NotAllowed, match="Otto"):
            attempt()
    assert (path.read_bytes() if path.exists() else None) == before


def test_everybody_chooses_language_and_colours_and_who_makes_backups_plans_them(operated, station):
    assert change_settings(operated, {"theme": "dark", "language": "de"}).settings.theme == "dark"
    log_on(station, "Boss", PASSWORD)
    add_account(station, "Eva", "engineer", PASSWORD, REASON)
    log_on(station, "Eva", PASSWORD)

    assert change_settings(station, {"backup_hours": 12}).settings.backup_hours == 12
    with pytest.raises(NotAllowed, match="Eva"):
        change_settings(station, {"defect_codes": ("D7",)})
