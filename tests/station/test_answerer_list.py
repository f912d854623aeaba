"""Who can answer is listed with licence, memory and speed, and why somebody cannot."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from station.answerer_list import describe_memory, describe_speed, list_answerers
from station.commands import app
from tests.inference.tiny_models import make_qwen, make_text_only


def test_templates_are_always_there_and_what_is_missing_says_how_to_get_it(station):
    facts, mini, published, vlm = list_answerers(station)

    assert (facts.name, facts.state, facts.is_chosen) == ("facts", "ready", True)
    assert (describe_memory(facts), describe_speed(facts)) == ("hardly any", "at once")
    assert (mini.state, published.state, vlm.state) == ("not installed", "not named", "not named")
    assert all(each.problem.endswith(".") for each in (mini, published, vlm))
    assert "not for business" in published.licence


def test_a_folder_is_described_by_its_files(station, tmp_path):
    folder = make_qwen(tmp_path / "model")
    station.settings = station.settings.model_copy(update={"vlm_folder": str(folder), "answers": "vlm"})
    vlm = list_answerers(station)[3]

    assert (vlm.state, vlm.licence, vlm.is_chosen) == ("ready", "apache-2.0", True)
    assert vlm.title == "Qwen3VLForConditionalGeneration (model)"
    assert "words/s" in describe_speed(vlm)
    assert vlm.memory > sum(file.stat().st_size for file in folder.glob("*.safetensors"))


def test_a_folder_that_cannot_answer_says_why(station, tmp_path):
    named = {"vlm_folder": str(make_text_only(tmp_path / "text")), "anomalygpt_folder": str(tmp_path)}
    station.settings = station.settings.model_copy(update=named)
    _, _, published, vlm = list_answerers(station)

    assert (published.state, vlm.state) == ("unusable", "unusable")
    assert "lacks ImageBind" in published.problem
    assert "reads text only" in vlm.problem


def test_the_command_prints_a_table_and_a_document(own_home):
    document = json.loads(CliRunner().invoke(app, ["model", "providers", "--json"]).stdout)
    told = CliRunner().invoke(app, ["model", "providers"]).stdout

    assert [each["name"] for each in document["providers"]] == ["facts", "mini", "anomalygpt-7b", "vlm"]
    assert "at once" in told
