"""JSON lines in, JSON lines out: one row for each row, in order, whatever is wrong with one of them.

    lines --numbered--> the first rows here, at once --> many more: chunks in processes --> lines, in order

A row that cannot be used comes back as ``{"id": ..., "error": "..."}``. What a row becomes is a plain function from a
dict to a dict; it lies at the top of a module, as processes find it by name.
"""

import errno
import gzip
import itertools
import json
import multiprocessing
import os
import signal
import threading
import zlib
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import IO, Any

from connectors.reading.process import within
from pipelines.cli import logs
from transforms.errors import ConfigError, ItemError, SetupError

Row = dict[str, Any]
Work = Callable[[Row], Row]
Numbered = tuple[int, bytes]

FEW = 32  # rows done here: a process that starts costs as much as some tens of them
CHUNK = 16  # rows a process is given at a time
SECONDS = 20.0  # of processor time for a row; the slowest of 395 real pages takes 1 s
WAITING = 4  # chunks under way for each process: keeps all busy, and what is read ahead small


def process(
    lines: Iterable[bytes], work: Work, jobs: int = 1, seconds: float = SECONDS
) -> Generator[bytes, None, None]:
    """Does the work on each row.

    Args:
      lines: JSON objects, one a line; blank lines are no rows.
      work: What a row becomes; picklable when ``jobs`` is more than 1.
      jobs: Processes, once there are more than a few rows.
      seconds: Of processor time that a row may take there; one that takes more has an error.

    Yields:
      One line for each row, ended by a line feed, in the order of the rows. The first rows are yielded one by one.

    Raises:
      ConfigError: The product's own files are broken; no row causes it.
    """
    numbered = ((number, text) for number, text in enumerate(lines, 1) if text.strip())
    few = itertools.islice(numbered, FEW) if jobs > 1 else numbered
    for one in few:
        yield answer(one, work)
    if jobs > 1 and (more := list(itertools.islice(numbered, 1))):
        yield from _in_processes(itertools.chain(more, numbered), work, jobs, seconds)


def answer(numbered: Numbered, work: Work) -> bytes:
    """The line that answers a line.

    Args:
      numbered: The line's number, from 1, and the line.
      work: What its row becomes.
    """
    number, text = numbered
    row: Any = None
    try:
        row = json.loads(text)
        if not isinstance(row, dict):
            return _encoded({"id": None, "error": f"line {number}: no JSON object"})
        return _encoded({"id": row.get("id"), **work(row)})
    except (ConfigError, SetupError):
        raise
    except ItemError as error:
        reason = f"{error.outcome}: {error.reason}"
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        reason = f"no JSON: {error}"
    except ValueError as error:
        reason = str(error)
    except Exception as error:  # one row must never end the others
        reason = f"unexpected {type(error).__name__}: {error}"
    return _encoded({"id": row.get("id") if isinstance(row, dict) else None, "error": f"line {number}: {reason}"[:500]})


def text_of(row: Row, key: str) -> str:
    """A field that holds text, empty when it lacks or is null.

    Raises:
      ValueError: If it holds something else.
    """
    value = row.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f'"{key}" is {type(value).__name__}, not text')
    return value


def lines_of(path: Path) -> Iterator[bytes]:
    """The lines of a file; ``.gz`` is read unpacked.

    Raises:
      OSError: It cannot be read; also when what is packed is damaged.
    """
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
        try:
            yield from file
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise OSError(errno.EINVAL, f"it is no gzip file, or a damaged one ({error})", str(path)) from error


def create_lines(path: Path) -> IO[bytes]:
    """A file for lines; ``.gz`` is written packed."""
    return gzip.open(path, "wb") if path.suffix == ".gz" else path.open("wb")  # type: ignore[return-value]


def _encoded(row: Row) -> bytes:
    """A row as a line; text with lone surrogates, which UTF-8 refuses, is escaped."""
    try:
        return json.dumps(row, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(row).encode() + b"\n"


def _chunk(chunk: list[Numbered], work: Work, seconds: float) -> list[bytes]:
    return [within(seconds, answer, (one, work)) for one in chunk]


def _in_processes(numbered: Iterator[Numbered], work: Work, jobs: int, seconds: float) -> Iterator[bytes]:
    pending: deque[tuple[list[Numbered], Future[list[bytes]]]] = deque()
    pool = _pool(jobs)
    try:
        chunks = iter(lambda: list(itertools.islice(numbered, CHUNK)), [])
        while True:
            while len(pending) < jobs * WAITING and (chunk := next(chunks, None)):
                pending.append((chunk, pool.submit(_chunk, chunk, work, seconds)))
            if not pending:
                return
            chunk, future = pending[0]
            try:
                yield from future.result()
            except BrokenProcessPool:
                # A parser took its process down: find the row by itself, and start the rest again.
                yield from _one_by_one(chunk, work, seconds)
                pending.popleft()
                pool = _pool(jobs)
                again = [(other, pool.submit(_chunk, other, work, seconds)) for other, _ in pending]
                pending = deque(again)
            else:
                pending.popleft()
    finally:
        pool.shutdown(cancel_futures=True)


def _one_by_one(chunk: list[Numbered], work: Work, seconds: float) -> Iterator[bytes]:
    pool = _pool(1)
    for one in chunk:
        try:
            yield from pool.submit(_chunk, [one], work, seconds).result()
        except BrokenProcessPool:
            yield answer(one, _crashed)
            pool = _pool(1)
    pool.shutdown()


def _crashed(_: Row) -> Row:
    raise ValueError("its process crashed, or took too long")


def _pool(jobs: int) -> ProcessPoolExecutor:
    # Never fork: libraries below hold threads and locks.
    return ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_begin)


def _begin() -> None:
    """In a new process: Ctrl-C is the parent's to answer, and a parent that is killed takes this process along."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logs.set_up(verbose=False)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
