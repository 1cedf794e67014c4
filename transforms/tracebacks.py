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
    frames = list(_FRAME.finditer(text))
    if not frames:
        return None
    lines = text[frames[-1].end() :].splitlines()
    at = next((number for number, line in enumerate(lines) if line and not line[0].isspace()), None)
    found = _OURS.fullmatch(lines[at]) if at is not None else None
    if at is None or found is None:
        return None
    kind = getattr(errors, found["name"], None)
    if not isinstance(kind, type) or not issubclass(kind, errors.BeatwireError) or issubclass(kind, _ASIDE):
        return None
    said = [found["said"] or ""]
    for line in lines[at + 1 :]:
        if not line.strip() or line[0].isspace() or line.startswith("Caused by:"):
            break
        said.append(line)
    return kind(_STEP.sub("", "\n".join(said)).strip())
