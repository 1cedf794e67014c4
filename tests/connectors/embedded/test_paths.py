"""XDG base directories."""

from pathlib import Path

import pytest

from connectors.embedded import paths


@pytest.mark.parametrize(
    ("variable", "folder", "fallback"),
    [
        ("XDG_CACHE_HOME", paths.cache_folder, ".cache/beatwire"),
        ("XDG_DATA_HOME", paths.data_folder, ".local/share/beatwire"),
    ],
)
class TestFolders:
    def test_the_variable_is_read_at_each_call(self, variable, folder, fallback, monkeypatch):
        monkeypatch.setenv(variable, "/some/where")
        assert Path("/some/where/beatwire") == folder()
        monkeypatch.setenv(variable, "/else/where")
        assert Path("/else/where/beatwire") == folder()

    @pytest.mark.parametrize("useless", ["", "relative/path"])
    def test_an_empty_or_relative_variable_is_ignored(self, variable, folder, fallback, useless, monkeypatch):
        monkeypatch.setenv(variable, useless)
        monkeypatch.setenv("HOME", "/home/ada")
        assert Path("/home/ada") / fallback == folder()

    def test_without_home_the_user_database_knows_it(self, variable, folder, fallback, monkeypatch):
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv("HOME", raising=False)
        assert folder().is_absolute()
        assert folder().parts[-len(Path(fallback).parts) :] == Path(fallback).parts
