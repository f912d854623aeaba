"""All pages of help are there, their links lead somewhere, and a translated page is preferred."""

import re

import pytest

from station import help_pages
from station.help_pages import PAGES, find_docs, missing_sentence, read_pages, search_pages
from station.language import use_language


def test_every_page_is_there_with_a_title():
    pages = read_pages()

    assert tuple(page.name for page in pages) == PAGES
    assert all(page.title != page.name for page in pages)


@pytest.mark.parametrize("page", read_pages(), ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.text):
        assert (page.folder / target).is_file()


def test_a_page_in_the_language_in_use_is_preferred(tmp_path, monkeypatch):
    (tmp_path / "de").mkdir()
    (tmp_path / "tutorial.md").write_text("# First steps\n")
    (tmp_path / "de" / "tutorial.md").write_text("# Erste Schritte\n")
    monkeypatch.setattr(help_pages, "find_docs", lambda: tmp_path)
    use_language("de")
    try:
        assert [page.title for page in read_pages()] == ["Erste Schritte"]
    finally:
        use_language("en")
    assert [page.title for page in read_pages()] == ["First steps"]


def test_pages_with_the_word_in_their_title_come_first():
    found = search_pages(read_pages(), "proof")

    assert found[0].page.name == "reports"


def test_an_excerpt_shows_the_word_in_one_line():
    [found, *_] = search_pages(read_pages(), "golden set")

    assert "golden" in found.excerpt
    assert "\n" not in found.excerpt


def test_nothing_searched_for_finds_nothing():
    assert search_pages(read_pages(), "  ") == ()


def test_an_installation_without_pages_has_none(monkeypatch):
    monkeypatch.setattr(help_pages, "find_docs", lambda: None)

    assert read_pages() == ()
    assert missing_sentence()


def test_the_pages_lie_beside_the_program_here(project):
    assert find_docs() == project / "docs"


def describe_structure(text: str) -> dict[str, object]:
    """What a translation keeps: levels of headings, commands, rows of tables, where links lead."""
    lines = text.splitlines()
    return {
        "headings": [len(line) - len(line.lstrip("#")) for line in lines if line.startswith("#")],
        "commands": [line.split("  ")[0] for line in (each.strip() for each in lines if each.startswith("    "))],
        "rows": sum(line.startswith("|") for line in lines),
        "links": sorted(re.findall(r"\]\(([^)]+)\)", text)),
        "practices": len(re.findall(r"\*(?:Practice|Übung|练习)[.。：:]?\*", text)),
    }


@pytest.mark.parametrize("language", ["de", "zh_CN"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_there_in_every_language_and_built_alike(project, name, language):
    english, translated = (
        (project / "docs" / folder / f"{name}.md").read_text(encoding="utf-8") for folder in ("", language)
    )
    structure, wanted = describe_structure(translated), describe_structure(english)
    remarks = {"commands"} if name in ("keeping-records", "samples") else set()

    assert {part: what for part, what in structure.items() if part not in remarks} == {
        part: what for part, what in wanted.items() if part not in remarks
    }
    assert len(structure["commands"]) == len(wanted["commands"])


def test_translated_pages_come_with_the_program(project):
    import tomllib

    files = tomllib.loads((project / "pyproject.toml").read_text())["tool"]["setuptools"]["data-files"]

    assert files["share/anomalygpt-inspector/docs/de"] == ["docs/de/*.md"]
    assert files["share/anomalygpt-inspector/docs/zh_CN"] == ["docs/zh_CN/*.md"]
