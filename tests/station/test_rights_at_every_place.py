"""Every place that asks for a right refuses whoever lacks it, and whoever has not logged on, and leaves nothing (D2).

The list is complete: a test reads the source for places that it does not name.
"""

import ast
import os
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from station import (
    archiving,
    batch,
    batches,
    changing_settings,
    coco,
    conversation_export,
    conversing,
    evidence,
    exporting,
    golden_set,
    good_parts,
    highlighting,
    inspecting,
    licences,
    mask_correcting,
    people,
    product_settings,
    products,
    reporting,
    retaining,
    reviewing,
    single_photo,
    statistics,
    upkeep,
)
from station.commands import app
from station.people import add_account, log_off, log_on
from station.rights import RIGHTS, NotAllowed, Person, Right, deed_word, role_word
from station.settings import Settings
from station.station import Station
from storage.records import InspectionFilter
from tests.station.test_people import PASSWORD, REASON, quick_hashes  # noqa: F401 - a fixture

ARCHIVE = "postgresql://nobody@localhost/nothing"


class Stage:
    """A station with an inspection of a product, a person of every role, and what was made while it was allowed."""

    def __init__(self, station, folder):
        self.station, self.folder = station, folder
        self.photo = draw_part(folder / "part.png", 1)
        version = products.add_product(station, products.Addition("gear", (draw_part(folder / "good.png", 0),)))
        self.product = products.prepare_product(station, "gear")
        self.number = inspecting.inspect_photo(station, self.photo, self.product).record.id
        reviewing.dispose(station, self.number, "accept", "", REASON)
        golden_set.add_to_golden_set(station, self.number, REASON)
        self.version = version
        self.good_part = inspecting.inspect_photo(station, draw_part(folder / "fine.png", 2), self.product).record.id
        self.with_good_part = good_parts.record_good_part(station, self.good_part, REASON)
        self.check = golden_set.check_golden_set(station, "gear")
        self.report = reporting.compose_report(station, [self.number])
        self.statistics = statistics.measure(station)
        self.batch = batches.plan_batch(station, [self.photo], "gear")
        self.file = folder / "left" / "file"
        for role in ("administrator", "operator", "engineer", "auditor"):
            add_account(station, role.title(), role, PASSWORD, REASON)
            log_on(station, "Administrator", PASSWORD)

    def list_files(self):
        """Every file of the home folder and beside it, but those in which SQLite writes."""
        files = (path for path in self.folder.rglob("*") if path.is_file() and "audit.sqlite" not in path.name)
        return {path: path.read_bytes() for path in files}


def draw_part(path, seed):
    noise = np.random.default_rng(seed).normal(128.0, 6.0, (84, 84, 1))
    Image.fromarray(np.clip(noise + np.zeros(3), 0, 255).astype(np.uint8)).save(path)
    return path


@pytest.fixture(scope="module")
def stage(tmp_path_factory, quick_hashes):  # noqa: F811 - the fixture
    folder = tmp_path_factory.mktemp("stage")
    with (
        patch.dict(os.environ, ANOMALYGPT_BACKBONE="dummy"),
        Station.open(folder / "home", user="Ada Lovelace") as station,
    ):
        yield Stage(station, folder)


PLACES = {
    "archiving.make_archive": (Right.EXPORT, lambda on: archiving.make_archive(on.station, ARCHIVE)),
    "archiving.copy_to_archive": (Right.EXPORT, lambda on: archiving.copy_to_archive(on.station, ARCHIVE)),
    "batch.inspect_one": (Right.INSPECT, lambda on: batch.inspect_one(on.station, on.photo, on.product)),
    "batches.finish": (Right.INSPECT, lambda on: batches.finish(on.station, on.batch)),
    "changing_settings.repair_settings": (
        Right.SETTINGS,
        lambda on: changing_settings.repair_settings(on.station),
    ),
    "changing_settings._require_rights": (
        Right.SETTINGS,
        lambda on: changing_settings.change_settings(on.station, {"defect_codes": ("D7",)}),
    ),
    "changing_settings._note_change": (
        Right.SETTINGS,
        lambda on: changing_settings._note_change(on.station, Settings(), Settings(pixel_limit=10**6)),
    ),
    "coco.export_coco": (Right.EXPORT, lambda on: coco.export_coco(on.station, [on.number], on.file)),
    "conversation_export.export_conversation": (
        Right.EXPORT,
        lambda on: conversation_export.export_conversation(on.station, on.number, on.file),
    ),
    "conversing.ask": (Right.INSPECT, lambda on: conversing.ask(on.station, on.number, "Is it cracked?")),
    "evidence.export_bundle": (Right.EXPORT, lambda on: evidence.export_bundle(on.station, [on.number], on.file)),
    "exporting.export_csv": (Right.EXPORT, lambda on: exporting.export_csv(on.station, InspectionFilter(), on.file)),
    "exporting.export_images": (Right.EXPORT, lambda on: exporting.export_images(on.station, [on.number], on.file)),
    "golden_set.check_golden_set": (Right.INSPECT, lambda on: golden_set.check_golden_set(on.station, "gear")),
    "golden_set._record": (
        Right.INSPECT,
        lambda on: golden_set._record(on.station, on.check, on.version.product_id),
    ),
    "good_parts.record_good_part": (
        Right.REVIEW,
        lambda on: good_parts.record_good_part(on.station, on.number, REASON),
    ),
    "good_parts.take_back_good_part": (
        Right.PRODUCTS,
        lambda on: good_parts.take_back_good_part(on.station, on.with_good_part, on.good_part, REASON),
    ),
    "highlighting.highlight": (Right.INSPECT, lambda on: highlighting.highlight(on.station, on.number, "crack")),
    "inspecting.inspect_photo": (Right.INSPECT, lambda on: inspecting.inspect_photo(on.station, on.photo, on.product)),
    "licences.accept_licences": (Right.MODELS, lambda on: licences.accept_licences(on.station, ["dinov2-vits14"])),
    "mask_correcting.correct_mask": (
        Right.REVIEW,
        lambda on: mask_correcting.correct_mask(on.station, on.number, np.zeros((84, 84), np.uint8), REASON),
    ),
    "mask_correcting.correct_mask_from_file": (
        Right.REVIEW,
        lambda on: mask_correcting.correct_mask_from_file(on.station, on.number, on.photo, REASON),
    ),
    "people.add_account": (
        Right.PEOPLE,
        lambda on: people.add_account(on.station, "Eve", "administrator", PASSWORD, REASON),
    ),
    "people.change_account": (
        Right.PEOPLE,
        lambda on: people.change_account(on.station, "Administrator", REASON, active=False),
    ),
    "product_settings.change_product_settings": (
        Right.PRODUCTS,
        lambda on: product_settings.change_product_settings(on.station, "gear", REASON, golden=()),
    ),
    "products.add_product": (
        Right.PRODUCTS,
        lambda on: products.add_product(on.station, products.Addition("bolt", (on.photo,))),
    ),
    "products.add_references": (
        Right.PRODUCTS,
        lambda on: products.add_references(on.station, products.Addition("gear", (on.photo,))),
    ),
    "products.approve_references": (
        Right.PRODUCTS,
        lambda on: products.approve_references(on.station, "gear", 1, REASON),
    ),
    "reporting._issue": (Right.EXPORT, lambda on: reporting.compose_report(on.station, [on.number])),
    "reporting.issue_report": (Right.EXPORT, lambda on: reporting.issue_report(on.station, on.report, on.file)),
    "reporting._note_issue": (Right.EXPORT, lambda on: reporting.note_printed(on.station, on.report, "the office")),
    "retaining.set_rule": (Right.RETENTION, lambda on: retaining.set_rule(on.station, None, "years", 15, REASON)),
    "retaining.set_hold": (Right.RETENTION, lambda on: retaining.set_hold(on.station, None, on.number, REASON)),
    "retaining._act": (Right.PURGE, lambda on: retaining.approve_purge(on.station, 1, REASON)),
    "reviewing.dispose": (
        Right.REVIEW,
        lambda on: reviewing.dispose(on.station, on.number, "scrap", "", REASON),
    ),
    "reviewing.comment": (Right.REVIEW, lambda on: reviewing.comment(on.station, on.number, "the lamp flickered")),
    "single_photo.record_photo": (Right.INSPECT, lambda on: single_photo.record_photo(on.station, on.photo)),
    "statistics.write_csv": (Right.EXPORT, lambda on: statistics.write_csv(on.station, on.statistics, on.file)),
    "upkeep.sign_now": (Right.EXPORT, lambda on: upkeep.sign_now(on.station)),
    "upkeep.back_up_now": (Right.BACKUP, lambda on: upkeep.back_up_now(on.station)),
}
"""What each place asks for, and a way to come there."""

COMMANDS = {
    "audit_commands.rebuild_index": (Right.BACKUP, ("audit", "rebuild-index")),
    "audit_commands.backup": (Right.BACKUP, ("audit", "backup", "{folder}/copy")),
    "product_commands.retire": (Right.PRODUCTS, ("product", "retire", "gear", "--reason", REASON)),
    "product_commands.reinstate": (Right.PRODUCTS, ("product", "reinstate", "gear", "--reason", REASON)),
}
"""The same where a command asks by itself."""

ELSEWHERE = {
    "people.sign": "asks for a person with an account first: test_people",
    "batch.record_failure": "tells the refusal beside what went wrong with the photo: below",
}


def find_places():
    """Every function of the station that asks for a right, as `module.function`."""
    room = Path(__file__).resolve().parents[2] / "station"
    for path in sorted(room.glob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef) and any(map(asks_for_right, ast.walk(function))):
                yield f"{path.stem}.{function.name}"


def asks_for_right(node):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "acting"


def find_person(right):
    """A role that does not include the right."""
    return next(role for role, rights in RIGHTS.items() if right not in rights).title()


def test_the_list_of_places_is_complete():
    assert set(find_places()) == {*PLACES, *COMMANDS, *ELSEWHERE}


@pytest.mark.parametrize("place", PLACES)
def test_d2_who_lacks_the_right_is_refused_by_name_and_nothing_is_left(stage, place):
    right, attempt = PLACES[place]
    person = find_person(right)
    log_on(stage.station, person, PASSWORD)
    before, files = stage.station.store.check_end(), stage.list_files()

    with pytest.raises(NotAllowed, match=f"{person} may not "):
        attempt(stage)

    assert (stage.station.store.check_end(), stage.list_files()) == (before, files)


@pytest.mark.parametrize("place", PLACES)
def test_d2_nobody_does_anything_before_logging_on(stage, place):
    log_off(stage.station)
    before, files = stage.station.store.check_end(), stage.list_files()

    with pytest.raises(NotAllowed, match="Nobody has logged on"):
        PLACES[place][1](stage)

    assert (stage.station.store.check_end(), stage.list_files()) == (before, files)


@pytest.mark.parametrize("place", COMMANDS)
@pytest.mark.parametrize("logs_on", [True, False])
def test_d2_a_command_that_asks_by_itself_refuses_too(stage, place, logs_on):
    right, words = COMMANDS[place]
    person = find_person(right)
    user = ["--user", person] if logs_on else []
    words = [word.format(folder=stage.folder) for word in words]

    done = CliRunner().invoke(
        app, [*words, "--home", str(stage.station.home), *user], env={"ANOMALYGPT_PASSWORD": PASSWORD}
    )

    assert done.exit_code == 2
    assert (f"{person} may not " if logs_on else "Nobody has logged on") in done.stderr
    assert not (stage.folder / "copy").exists()
    assert not stage.station.store.get_product("gear").retired
    since = [event.action for event in stage.station.store.list_events(limit=4)]
    assert {"backup.made", "product.retired", "product.reinstated", "search.rebuilt"}.isdisjoint(since)


def test_d2_a_failure_of_a_photo_is_not_recorded_by_who_may_not_inspect_and_that_is_told(stage):
    log_on(stage.station, "Auditor", PASSWORD)
    before = stage.station.store.check_end()

    told = batch.record_failure(stage.station, stage.photo, stage.product, "part.png is no image.")

    assert told.startswith("part.png is no image. This failure is not recorded: ")
    assert stage.station.store.check_end() == before


@pytest.mark.parametrize("role", RIGHTS)
@pytest.mark.parametrize("right", Right)
def test_d2_a_role_may_what_the_table_says_and_is_told_in_words_what_it_may_not(role, right):
    person = Person("Pat", role, 1)

    assert person.may(right) == (right in RIGHTS[role])
    if person.may(right):
        person.require(right)
    else:
        sentence = f"Pat may not {deed_word(right)}: the role {role_word(role)} does not include it."
        with pytest.raises(NotAllowed, match=sentence):
            person.require(right)


def test_every_right_and_every_role_has_words_of_its_own():
    deeds, roles = {deed_word(right) for right in Right}, {role_word(role) for role in RIGHTS}

    assert (len(deeds), len(roles)) == (len(Right), len(RIGHTS))
    assert all(word and word.islower() for word in deeds | roles)


def test_only_administrators_do_what_changes_who_may_do_what():
    for right in (Right.PEOPLE, Right.PURGE, Right.SETTINGS):
        assert [role for role, rights in RIGHTS.items() if right in rights] == ["administrator"]
    with pytest.raises(TypeError):
        RIGHTS["operator"] = frozenset(Right)
