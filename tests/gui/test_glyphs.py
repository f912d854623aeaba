"""The icons' font is read as data: the package that carries it is never imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QFontMetrics

from gui import glyphs
from gui.glyphs import glyph, glyph_font


def test_an_icon_of_the_set_has_a_glyph_in_its_font(qapp):
    font = glyph_font(24)
    assert font.pixelSize() == 24
    assert QFontMetrics(font).inFontUcs4(ord(glyph("history")))


def test_an_icon_that_is_not_there_is_a_mistake_of_ours():
    with pytest.raises(KeyError):
        glyph("no-such-icon")


def test_a_missing_font_is_named(monkeypatch):
    monkeypatch.setattr(glyphs, "find_spec", lambda _name: None)
    with pytest.raises(FileNotFoundError, match="install the program again"):
        glyphs._find_file("materialdesignicons6-webfont-*.ttf")


def test_the_window_is_loaded_without_what_it_does_not_show_at_first(project: Path):
    """Each of these would make every start slower."""
    wanted = "{'qtawesome', 'qtpy', 'torch', 'scipy', 'sqlalchemy'}"
    code = f"import gui.app, sys; print(*sorted({wanted} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
