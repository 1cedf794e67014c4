"""Amounts as people write them in a configuration file: ``900``, ``"15m"``, ``"1h 30m"``."""

import re

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])")
_WHOLE = re.compile(rf"\s*(?:{_PART.pattern}\s*)+")


def seconds(value: object) -> float:
    """Reads a span of time.

    Args:
      value: A number of seconds, or text of numbers with units: s, m, h, d.

    Returns:
      Seconds.

    Raises:
      ValueError: If it is neither; the message shows how to write it.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str) and _WHOLE.fullmatch(value.lower()):
        return sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(value.lower()))
    raise ValueError(f'{value!r} is no span of time: write seconds (900) or text such as "15m", "2h", "1d"')


def span(amount: float) -> str:
    """A span of time as `seconds` reads it, in the largest unit of which it is a whole number: 5400 is ``"90m"``."""
    unit = next((unit for unit in ("d", "h", "m") if amount and not amount % _UNITS[unit]), "s")
    return f"{repr(amount / _UNITS[unit]).removesuffix('.0')}{unit}"
