"""How a command line becomes frozen values, without any command of ours."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from station.command_options import CommonOptions, ManyReferencesCommand, flatten_options, repeat_option


@dataclass(frozen=True)
class Photos:
    images: Annotated[list[Path], typer.Argument()]
    reference: Annotated[list[Path], typer.Option("--reference")] = field(default_factory=list)
    output: Annotated[Path | None, typer.Option("--output")] = None


def _parse(*words):
    received = []
    app = typer.Typer(rich_markup_mode=None)

    @app.command(cls=ManyReferencesCommand)
    @flatten_options
    def look(photos: Photos, common: CommonOptions):
        received.append((photos, common))

    result = CliRunner().invoke(app, list(words))
    return received[0] if received else result


def test_fields_of_a_data_class_become_arguments_and_options():
    photos, common = _parse("a.png", "b.png", "--output", "out", "--json")

    assert photos == Photos([Path("a.png"), Path("b.png")], [], Path("out"))
    assert common == CommonOptions(as_json=True)


def test_one_reference_option_takes_every_file_that_follows():
    photos, _ = _parse("part.png", "--reference", "1.png", "2.png", "3.png", "--output", "out")

    assert photos.images == [Path("part.png")]
    assert photos.reference == [Path("1.png"), Path("2.png"), Path("3.png")]


def test_a_reference_before_the_photos_takes_one_file_only():
    photos, _ = _parse("--output", "out", "--reference", "good.png", "part.png")

    assert (photos.reference, photos.images) == ([Path("good.png")], [Path("part.png")])


def test_references_may_be_given_one_by_one():
    photos, _ = _parse("part.png", "--reference", "1.png", "--reference", "2.png")

    assert photos.reference == [Path("1.png"), Path("2.png")]


def test_a_reference_option_without_a_file_is_refused():
    result = _parse("part.png", "--reference")

    assert result.exit_code == 2


@pytest.mark.parametrize("words", [["a", "--", "--reference", "b", "c"], [], ["a"], ["--json", "a"]])
def test_nothing_else_is_changed(words):
    assert repeat_option("--reference", words, {"--output"}) == words


@given(st.lists(st.sampled_from(["a", "b", "--json", "--output", "--reference", "--"]), max_size=8))
def test_repeating_an_option_loses_and_reorders_no_word(words):
    repeated = repeat_option("--reference", words, {"--output"})

    def others(line):
        return [word for word in line if word != "--reference"]

    assert others(repeated) == others(words)


def test_options_before_the_command_hold_unless_said_again_after_it():
    outer = CommonOptions(home=Path("one"), device="cpu", quiet=True)

    merged = CommonOptions(home=Path("two"), as_json=True).merged_with(outer)

    assert merged == CommonOptions(home=Path("two"), device="cpu", as_json=True, quiet=True)
