"""Drives a DoFn without a runner: state by key through the real coders, timers that are rung, a clock that is set."""

import copy
import inspect
import time

import apache_beam as beam
from apache_beam.transforms.core import _StateDoFnParam, _TimerDoFnParam
from apache_beam.transforms.userstate import BagStateSpec, CombiningValueStateSpec, ReadModifyWriteStateSpec
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.timestamp import Timestamp

START = 1_800_000_000.0


class Clock:
    """A clock that stands still until it is moved; seconds since 1970."""

    def __init__(self, now=START):
        self.now = now

    def __call__(self):
        return self.now


class RealClock:
    """The clock of the machine, which nobody sets."""

    now = property(lambda self: time.time(), lambda self, value: None)

    def __call__(self):
        return time.time()


class ByHand:
    """A DoFn under test. What its methods ask for (state, timers, timestamp, window) they get by its kind, not by name.

    Args:
      dofn: Its elements are pairs; the first of a pair is the key.
      clock: The one that the DoFn was given.

    Attributes:
      touched: Names of the cells that were read or written; a test clears it.
    """

    def __init__(self, dofn, clock=None):
        self.dofn, self.clock = dofn, clock or Clock()
        self._cells, self._timers, self.touched = {}, {}, set()
        dofn.setup()

    @classmethod
    def of(cls, dofn, settings):
        """A DoFn of this class for a run, and the clock that it goes by."""
        clock = Clock()
        return cls(dofn(settings, clock), clock)

    def process(self, element, timestamp=START):
        """What comes of one element, in a bundle that goes on."""
        return self._call(self.dofn.process, element[0], timestamp, element)

    def bundle(self, *elements, timestamp=START):
        """What comes of a whole bundle: outputs of `process`, then what `finish_bundle` says."""
        self.dofn.start_bundle()
        out = [one for element in elements for one in self.process(element, timestamp)]
        return out + list(self.dofn.finish_bundle() or ())

    def ring(self):
        """Moves the clock to the earliest timer, unless that is past, and has it ring; what comes of it."""
        (key, spec), at = min(self._timers.items(), key=lambda one: one[1])
        del self._timers[key, spec]
        self.clock.now = max(self.clock.now, at)
        return self._call(spec._attached_callback.__get__(self.dofn), key, self.clock.now)

    def rung(self, seconds):
        """What comes of all timers that ring within so many seconds, at whose end the clock then stands."""
        end, out = self.clock.now + seconds, []
        while self.alarm is not None and self.alarm <= end:
            out += self.ring()
        self.clock.now = end
        return out

    def saved(self):
        """A checkpoint: state and timers as they are now, for `restore`."""
        return {of: copy.copy(cell.stored) for of, cell in self._cells.items()}, dict(self._timers)

    def restore(self, checkpoint):
        """Goes back to a checkpoint; the clock goes on, and so does what the process remembers."""
        stored, timers = checkpoint
        self._cells.clear()
        for (key, spec), value in stored.items():
            self._cell(key, spec).stored = copy.copy(value)
        self._timers.clear()
        self._timers.update(timers)

    @property
    def alarm(self):
        """When the earliest timer rings, or None when none is set."""
        return min(self._timers.values(), default=None)

    def state(self, key):
        """What is stored under a key: each cell's bytes or list of bytes, by its name; empty cells are left out."""
        cells = {spec.name: cell.stored for (of, spec), cell in self._cells.items() if of == key}
        return {name: stored for name, stored in cells.items() if stored}

    def _call(self, method, key, timestamp, *arguments):
        given = {}
        for name, parameter in inspect.signature(method).parameters.items():
            wanted = parameter.default
            if isinstance(wanted, _StateDoFnParam):
                given[name] = _Noting(self._cell(key, wanted.state_spec), wanted.state_spec.name, self.touched)
            elif isinstance(wanted, _TimerDoFnParam):
                given[name] = _Timer(self._timers, (key, wanted.timer_spec))
            elif wanted is beam.DoFn.TimestampParam:
                given[name] = Timestamp.of(timestamp)
            elif wanted is beam.DoFn.WindowParam:
                given[name] = GlobalWindow()
            elif wanted is beam.DoFn.KeyParam:
                given[name] = key
        return list(method(*arguments, **given) or ())

    def _cell(self, key, spec):
        if (key, spec) not in self._cells:
            self._cells[key, spec] = _CELLS[type(spec)](spec)
        return self._cells[key, spec]


class _Noting:
    """A cell that notes that it was asked for anything."""

    def __init__(self, cell, name, touched):
        self._cell, self._name, self._touched = cell, name, touched

    def __getattr__(self, method):
        self._touched.add(self._name)
        return getattr(self._cell, method)


class _Value:
    def __init__(self, spec):
        self.coder, self.stored = spec.coder, None

    def read(self):
        return None if self.stored is None else self.coder.decode(self.stored)

    def write(self, value):
        self.stored = self.coder.encode(value)

    def clear(self):
        self.stored = None


class _Bag:
    def __init__(self, spec):
        self.coder, self.stored = spec.coder, []

    def read(self):
        return iter([self.coder.decode(one) for one in self.stored])

    def add(self, value):
        self.stored.append(self.coder.encode(value))

    def clear(self):
        self.stored = []


class _Combined:
    def __init__(self, spec):
        self.combine, self.coder = spec.combine_fn, spec.coder
        self.stored = None

    def add(self, value):
        self.stored = self.coder.encode(self.combine.add_input(self._accumulator(), value))

    def read(self):
        return self.combine.extract_output(self._accumulator())

    def clear(self):
        self.stored = None

    def _accumulator(self):
        return self.combine.create_accumulator() if self.stored is None else self.coder.decode(self.stored)


class _Timer:
    def __init__(self, timers, name):
        self._timers, self._name = timers, name

    def set(self, at):
        self._timers[self._name] = float(at)

    def clear(self):
        self._timers.pop(self._name, None)


_CELLS = {ReadModifyWriteStateSpec: _Value, BagStateSpec: _Bag, CombiningValueStateSpec: _Combined}
