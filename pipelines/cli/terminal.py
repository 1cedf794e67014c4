"""Making text from the web safe to show: what a terminal would obey is taken out of it."""

import sys
import unicodedata

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# Marks that reorder or hide what follows them: a headline could show one thing and say another (Unicode TR36, TR39).
_DECEIVING = frozenset(
    [0x061C, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF]
    + [*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xE0000, 0xE0080)]
)
_SPACES = frozenset(map(ord, "\t\n\v\f\r\x85\u2028\u2029"))


def _table() -> dict[int, str]:
    table = dict.fromkeys(_DECEIVING, "")
    table |= {code: REPLACEMENT for code in range(0xA0) if unicodedata.category(chr(code)) == "Cc"}
    table |= dict.fromkeys(range(55296, 57344), REPLACEMENT)  # lone surrogates, which UTF-8 refuses
    return table | dict.fromkeys(_SPACES, " ")


_TABLE = _table()


def neutralise(text: str) -> str:
    """Text on one line, without anything that a terminal would obey.

    Control characters (C0, C1, DEL: escape sequences begin with them, ECMA-48) show as U+FFFD, line ends and tabs as
    spaces; marks that reorder or hide text are dropped. Idempotent.
    """
    return text.translate(_TABLE)


def shorten(text: str, width: int) -> str:
    """Text of at most ``width`` code points, neutralised, single spaces; a "…" at its end says that it was cut."""
    plain = " ".join(neutralise(text).split())
    return plain if len(plain) <= width else plain[: width - 1].rstrip() + "…"


def on_terminal() -> bool:
    """Whether standard output is a terminal: colours and tables there, plain lines elsewhere."""
    return sys.stdout is not None and sys.stdout.isatty()
