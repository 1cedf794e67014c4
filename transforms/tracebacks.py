"""Finds the error of ours that a traceback ends with, when a runner hands on nothing but its text."""

import re

from transforms import errors

_STEP = re.compile(r" \[while running '[^']*'\]")  # Beam's addition
# Beam says RuntimeError where it cannot make an error of the same class with its addition.
_OURS = re.compile(r"(?:RuntimeError: )?" + re.escape(errors.__name__) + r"\.(?P<name>\w+)(?:: (?P<said>.*))?")
_ASIDE = (errors.ItemError, errors.RunOver)  # of one item; what a run that was ended leaves behind
_FRAME = re.compile(r"^ {2}File \".*\", line \d+, in .*$", re.MULTILINE)


def error_in(text: str) -> errors.BeatwireError | None:
    """The error that the last traceback in ``text`` ends with; None when it is not ours, or not about the whole run.

    What counts is the line that Python itself writes after the last frame: the class by its full name. Words of the
    same sound in a message, or errors that were handled on the way, do not count.
    """
    kind, lines = _last(text)
    if kind is None or issubclass(kind, _ASIDE):
        return None
    said = [lines[0]]
    for line in lines[1:]:
        if not line.strip() or line[0].isspace() or line.startswith("Caused by:"):
            break
        said.append(line)
    return kind(_STEP.sub("", "\n".join(said)).strip())


def ends_with_run_over(text: str) -> bool:
    """True when the last traceback in ``text`` ends with `RunOver`: all that it tells is that its run was ended."""
    kind, _ = _last(text)
    return kind is not None and issubclass(kind, errors.RunOver)


def _last(text: str) -> tuple[type[errors.BeatwireError] | None, list[str]]:
    """The class of the error that the last traceback ends with, and the lines from its message on; None if not ours."""
    frames = list(_FRAME.finditer(text))
    if not frames:
        return None, []
    lines = text[frames[-1].end() :].splitlines()
    at = next((number for number, line in enumerate(lines) if line and not line[0].isspace()), len(lines))
    found = _OURS.fullmatch(lines[at]) if at < len(lines) else None
    kind = getattr(errors, found["name"], None) if found else None
    if found is None or not isinstance(kind, type) or not issubclass(kind, errors.BeatwireError):
        return None, []
    return kind, [found["said"] or "", *lines[at + 1 :]]
