"""The command line as a process of its own: start-up, pipes, signals, exit codes."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
COMMAND = [sys.executable, "-m", "pipelines"]


@pytest.fixture
def environment(tmp_path):
    """An empty home, so that no configuration and no running `up` of the machine counts."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "XDG_DATA_HOME": "", "XDG_CACHE_HOME": ""}


@pytest.fixture
def run(environment, tmp_path):
    def run_command(*arguments: str, **keywords: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [*COMMAND, *arguments], env=environment, cwd=tmp_path, capture_output=True, timeout=60, **keywords
        )

    return run_command


HEAVY = ("apache_beam", "kafka", "aiohttp", "trafilatura", "pydantic", "rich", "tldextract")


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["--help"], HEAVY),
        (["tag", "--help"], HEAVY),
        (["tail", "--idle", "1"], ("apache_beam", "kafka", "aiohttp", "trafilatura", "rich")),
        (["tag", "--jsonl"], ("apache_beam", "kafka", "aiohttp", "trafilatura", "pydantic", "rich")),
        (["extract", "--jsonl"], ("apache_beam", "kafka", "aiohttp", "pydantic", "rich")),
        (["topics", "check"], ("apache_beam", "aiohttp", "trafilatura", "rich")),
    ],
)
def test_a_command_imports_only_what_it_needs(environment, tmp_path, arguments, absent):
    script = (
        "import sys; from pipelines.cli import main; main(sys.argv[2:]); "
        "met = [name for name in sys.argv[1].split(',') if name in sys.modules]; print(met, file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", script, ",".join(absent), *arguments],
        env=environment,
        cwd=tmp_path,
        input=b'{"id": 1, "title": "x", "html": "<p>x"}\n',
        capture_output=True,
        timeout=60,
    )
    assert "[]" == result.stderr.decode().splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--version"], 0, ""),
        (["tail"], 2, "beatwire: no Kafka to talk to: run `beatwire up`"),
        (["tail", "--config", "absent.toml"], 2, "beatwire: absent.toml: cannot be read (No such file or directory)"),
        (["tail", "--bootstrap", "localhost:1"], 1, "beatwire: no connection to Kafka at localhost:1"),
        (
            ["tail", "--bootstrap", "localhost"],
            2,
            'beatwire: command line: kafka.bootstrap: "localhost" is no host:port',
        ),
        (["explain", "absent.html"], 2, "beatwire: absent.html cannot be read (No such file or directory)"),
        (["explain", "http://127.0.0.1/"], 1, "beatwire: 127.0.0.1 is not a public address"),
        (["tag", "--jsonl", "--input", "absent.jsonl"], 2, "Usage: beatwire tag"),
    ],
)
def test_exit_codes_and_sentences(run, arguments, code, said):
    result = run(*arguments)
    assert code == result.returncode
    assert result.stderr.decode().startswith(said)
    assert b"Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("explain - <&-", "standard input: it is closed"),
        ("tag --jsonl <&-", "standard input: it is closed"),
        ("extract --jsonl <&-", "standard input: it is closed"),
        ("tag --jsonl >&- <rows", "standard output: it is closed"),
        ("extract --jsonl >&- <rows", "standard output: it is closed"),
        ("explain rows >&-", "standard output: it is closed"),
        ("tail --bootstrap localhost:1 >&-", "standard output: it is closed"),
        ("tag --jsonl >/dev/full <rows", "output: No space left on device"),
        ("extract --jsonl >/dev/full <rows", "output: No space left on device"),
        ("explain rows >/dev/full", "output: No space left on device"),
        ("check >/dev/full", "output: No space left on device"),
        ("--help >/dev/full", "output: No space left on device"),
        ("--version >/dev/full", "output: No space left on device"),
        ("tag --jsonl --output /dev/full <rows", "output: No space left on device"),
        ("tag --jsonl --output absent/x <rows", "absent/x: No such file or directory"),
        ("tag --jsonl --input rows.gz", "rows.gz: it is no gzip file, or a damaged one (Not a gzipped file (b'{\"'))"),
    ],
)
def test_a_stream_that_cannot_be_used_is_a_sentence(environment, tmp_path, command, said):
    for name in ("rows", "rows.gz"):
        (tmp_path / name).write_text('{"id": 1}\n' * 40)
    result = subprocess.run(
        ["/bin/sh", "-c", f"exec {sys.executable} -m pipelines {command}"],
        env=environment,
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        timeout=60,
        text=True,
    )
    assert (1, f"beatwire: {said}\n") == (result.returncode, result.stderr)


@pytest.mark.parametrize("command", ["tag --jsonl --output out <rows 2>&-", "tag --jsonl --output out <rows 1>&- 2>&-"])
def test_what_is_not_needed_may_be_closed(environment, tmp_path, command):
    (tmp_path / "rows").write_text('{"id": 1}\n' * 40)
    script = f"exec {sys.executable} -m pipelines {command}"
    result = subprocess.run(["/bin/sh", "-c", script], env=environment, cwd=tmp_path, timeout=60)
    assert (0, 40) == (result.returncode, len((tmp_path / "out").read_text().splitlines()))


def test_verbose_shows_where_an_error_comes_from(run):
    result = run("tail", "--bootstrap", "localhost:1", "--verbose")
    assert b"Traceback" in result.stderr
    assert result.stderr.decode().splitlines()[-1].startswith("beatwire: no connection")


def test_a_reader_that_goes_away_ends_it_silently(environment, tmp_path):
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(json.dumps({"id": n, "text": "x" * 2000}) + "\n" for n in range(500)))
    with subprocess.Popen(
        [*COMMAND, "tag", "--jsonl", "--raw", "--jobs", "2", "--input", str(rows)],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        first = process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()
    assert (0, 0, b"") == (json.loads(first)["id"], process.returncode, said)


def test_ctrl_c_ends_it_quietly(environment, tmp_path):
    with subprocess.Popen(
        [*COMMAND, "tag", "--jsonl"],
        env=environment,
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdin.write(b'{"id": 1}\n')
        process.stdin.flush()
        assert b'"id": 1' in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert (130, b"") == (process.returncode, said)


def test_each_row_is_answered_before_the_next_is_given(environment, tmp_path):
    with subprocess.Popen(
        [*COMMAND, "tag", "--jsonl"],
        env=environment,
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        for number in range(3):
            process.stdin.write(json.dumps({"id": number}).encode() + b"\n")
            process.stdin.flush()
            assert number == json.loads(process.stdout.readline())["id"]
        process.stdin.close()
        assert process.wait(30) == 0


def test_many_rows_go_through_processes_and_come_back_in_order(run):
    rows = b"".join(json.dumps({"id": n, "title": f"Row {n}"}).encode() + b"\n" for n in range(120))
    result = run("tag", "--jsonl", "--jobs", "2", input=rows)
    assert list(range(120)) == [json.loads(text)["id"] for text in result.stdout.splitlines()]
    assert (0, b"") == (result.returncode, result.stderr)
