"""Child processes that die with their parent, whatever it dies of, and the files that remember them.

A parent that is killed with SIGKILL can clean nothing up. Linux's parent-death signal (``PR_SET_PDEATHSIG``) is no
answer: it fires when the *thread* that started the child ends, and macOS has none. So each child gets a watcher, a
shell of about 1 MB that blocks on a pipe whose other end only the parent holds: the kernel closes it however the
parent dies, the watcher reads the end of the file and ends the child, politely first.

The watcher is forked by the same shell that then becomes the child (``exec``), after the pipe exists: there is no
moment in which the parent could die and the child be missed, and the child's pid is the one that Popen knows.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

PROC = Path("/proc")
ORPHAN_GRACE = 10  # seconds that a child without parent has between SIGTERM and SIGKILL

# $$ is the child's pid in the watcher too (POSIX: it does not change in a subshell). A line on the pipe means that the
# child has been reaped, and that its pid may by now be somebody else's.
_SCRIPT = """
grace=$1
shift
exec 3<&0 </dev/null
(
  exec >/dev/null 2>&1
  read -r _ <&3 && exit
  kill -TERM $$
  waited=0
  while kill -0 $$ && [ $waited -lt $grace ]; do sleep 1; waited=$((waited + 1)); done
  kill -KILL $$
) &
exec "$@" 3<&-
"""


class Child:
    """A running child process that does not outlive this process.

    It has a session of its own, so that Ctrl-C in the terminal reaches the parent alone, which then stops its children
    in the right order.

    Args:
      command: Program and arguments.
      output: Where its standard output and error go.
      env: Its environment; this process's by default.
    """

    def __init__(self, command: Sequence[str | Path], output: IO[Any] | int, env: Mapping[str, str] | None = None):
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", _SCRIPT, "sh", str(ORPHAN_GRACE), *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def poll(self) -> int | None:
        """Returns the exit status, negative for a signal, or None while it runs."""
        status = self._process.poll()
        if status is not None:
            self._release()
        return status

    def wait(self, timeout: float) -> bool:
        """Waits until it has ended, at most ``timeout`` seconds; tells whether it has."""
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return False
        self._release()
        return True

    def stop(self, grace: float = 20.0) -> None:
        """Ends it with SIGTERM and, after ``grace`` seconds, with SIGKILL; returns when it is gone."""
        if self.poll() is None:
            self._process.terminate()
            if not self.wait(grace):
                self.kill()

    def kill(self) -> None:
        """Ends it with SIGKILL; returns when it is gone."""
        if self.poll() is None:
            self._process.kill()
            self._process.wait()
            self._release()

    def _release(self) -> None:
        """Sends the watcher home. Called only after the child was reaped."""
        pipe = self._process.stdin
        assert pipe is not None
        with contextlib.suppress(BrokenPipeError, ValueError):  # gone already, or released before
            pipe.write(b"\n")
            pipe.flush()
        with contextlib.suppress(BrokenPipeError):
            pipe.close()


def start_mark(pid: int) -> str | None:
    """Returns a text that tells a process from all others that ever had its pid, or None when there is no such process.

    On Linux: the boot id and the start time in clock ticks since boot (proc(5), field 22 of ``stat``). Elsewhere what
    ``ps`` says of its start, to the second. A zombie counts as gone.
    """
    try:
        stat = (PROC / str(pid) / "stat").read_text()
        # The command's name, in brackets, may hold blanks and brackets itself.
        state, *fields = stat[stat.rindex(")") + 2 :].split()
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
        return None if state in "ZX" else f"{boot}:{fields[18]}"
    except (FileNotFoundError, ProcessLookupError):
        if (PROC / "self/stat").exists():
            return None
    result = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True)
    return result.stdout.strip() or None


def machine_mark() -> str:
    """Names where a pid means something: the boot and the namespace of processes, so that containers differ.

    Empty where that cannot be known, as on macOS; then nobody's process is to be judged from here.
    """
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}:{(PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return ""


def remember(file: Path, pid: int) -> None:
    """Writes a pid file: the pid and its start mark, in one step."""
    temporary = file.with_suffix(".new")
    temporary.write_text(f"{pid} {start_mark(pid) or ''}\n")
    temporary.replace(file)


def recall(file: Path) -> int | None:
    """Returns the pid in a pid file if that very process still runs; None without a file, or when it is stale."""
    try:
        pid, _, mark = file.read_text().strip().partition(" ")
        return int(pid) if mark and start_mark(int(pid)) == mark else None
    except (FileNotFoundError, ValueError):
        return None


def end_stale(file: Path, grace: float = 20.0) -> int | None:
    """Ends the process that a pid file surely means, removes the file, and returns the pid of what was ended.

    Args:
      file: A pid file; its owner must be known to be dead (a lock, see [EmbeddedKafka]).
      grace: Seconds between SIGTERM and SIGKILL.
    """
    pid = recall(file)
    if pid is not None:
        _end(pid, file, grace)
    file.unlink(missing_ok=True)
    return pid


def _end(pid: int, file: Path, grace: float) -> None:
    for sign, patience in ((signal.SIGTERM, grace), (signal.SIGKILL, 10.0)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sign)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if recall(file) is None:
                return
            time.sleep(0.05)  # it is not our child: there is nothing to wait on
