"""Many cells of state as one argument of a DoFn's method."""

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import apache_beam as beam
from apache_beam.transforms.userstate import StateSpec


def with_cells(argument: str, specs: Sequence[StateSpec]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Gives a DoFn's method all these cells, in their order, as one argument.

    Beam gives state to parameters by their defaults, one each; so this shows it as many, and hands them on as one.

    Args:
      argument: Its name in the method.
      specs: The cells.
    """

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        names = [spec.name for spec in specs]
        plain = [one for one in inspect.signature(method).parameters.values() if one.name != argument]
        shown = [
            inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=beam.DoFn.StateParam(spec))
            for name, spec in zip(names, specs, strict=True)
        ]
        signature = inspect.signature(method).replace(parameters=[*plain, *shown])

        @functools.wraps(method)
        def called(*given: Any, **named: Any) -> Any:
            # Beam gives some by place, some by name.
            every = dict(zip(signature.parameters, given, strict=False), **named)
            cells = tuple(every.pop(name) for name in names)
            return method(**every, **{argument: cells})

        called.__signature__ = signature  # type: ignore[attr-defined]
        return called

    return decorate
