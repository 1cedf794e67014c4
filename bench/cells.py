"""State and a timer for a step that no runner drives, counted as Beam's worker asks a runner for it."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from apache_beam.transforms.core import _StateDoFnParam, _TimerDoFnParam
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec

from bench.waiting import Traffic


class Cell:
    """One cell as Beam's worker has it for one bundle."""

    def __init__(self, spec: Any, stored: list[bytes], traffic: Traffic) -> None:
        self._coder, self._one = spec.coder, isinstance(spec, ReadModifyWriteStateSpec)
        self._stored, self._traffic = stored, traffic
        self._cleared, self._added = False, list[Any]()

    def read(self) -> Any:
        fetched = []
        if not self._cleared:
            self._traffic.requests += 1
            self._traffic.read += sum(map(len, self._stored))
            fetched = [self._coder.decode(one) for one in self._stored]
        every = fetched + self._added
        return next(iter(every), None) if self._one else every

    def add(self, value: Any) -> None:
        self._added.append(value)

    def write(self, value: Any) -> None:
        self.clear()
        self.add(value)

    def clear(self) -> None:
        self._cleared, self._added = True, []

    def commit(self) -> None:
        if self._cleared:
            self._traffic.requests += 1
            self._stored.clear()
        if self._added:
            self._traffic.requests += 1
            encoded = [self._coder.encode(one) for one in self._added]
            self._traffic.written += sum(map(len, encoded))
            self._stored += encoded


class Alarm:
    """A timer that tells for when it was set last."""

    at: float | None = None

    def set(self, at: Any) -> None:
        self.at = float(at)


def called(
    method: Callable[..., Any],
    arguments: Sequence[Any],
    stored: dict[Any, list[bytes]],
    cells: dict[Any, Cell],
    alarm: Alarm,
    traffic: Traffic,
) -> list[Any]:
    """Calls a method of a step with the state and the timer that it asks for.

    Args:
      method: Of a DoFn.
      arguments: What it gets beside these.
      stored: The state of the key.
      cells: Those that this bundle has opened; its end commits them.
      alarm: The timer of the key.
      traffic: Where it is counted.

    Returns:
      What comes of it.
    """
    given: dict[str, Any] = {}
    for parameter in inspect.signature(method).parameters.values():
        if isinstance(parameter.default, _StateDoFnParam):
            spec = parameter.default.state_spec
            if spec not in cells:
                cells[spec] = Cell(spec, stored.setdefault(spec, []), traffic)
            given[parameter.name] = cells[spec]
        elif isinstance(parameter.default, _TimerDoFnParam):
            given[parameter.name] = alarm
    return list(method(*arguments, **given) or ())
