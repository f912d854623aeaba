"""Every command that leaves a record asks for the right to do so, whoever runs it and by whatever way (D2, D3)."""

import ast
from pathlib import Path

import pytest

from station.people import add_account, log_on
from station.rights import NotAllowed
from tests.station.test_people import PASSWORD, REASON, quick_hashes  # noqa: F401 - a fixture

ROOMS = ("station", "gui")
WRITES = {
    "add_product", "add_references", "approve_reference", "retire_reference", "change_settings", "retire_product",
    "reinstate_product", "record_inspection", "record_event", "add_disposition", "add_turn", "add_query",
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
    from station.products import Addition, add_product, prepare_references
    from station.reviewing import dispose
    from storage.records import InspectionFilter

    record = inspect_photo(operated, parts / "spot.png", prepare_references(operated, [parts / "good.png"])).record
    before = operated.store.verify().head_seq

    for attempt in (
        lambda: dispose(operated, record.id, "accept", "", "it looks quite good to me"),
        lambda: add_product(operated, Addition("gear", (parts / "good.png",))),
        lambda: export_csv(operated, InspectionFilter(), tmp_path / "a.csv"),
    ):
        with pytest.raises(NotAllowed, match="Otto"):
            attempt()

    assert operated.store.verify().head_seq == before
    assert not (tmp_path / "a.csv").exists()
    assert record.recorded_by.name == "Otto"
