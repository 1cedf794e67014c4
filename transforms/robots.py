"""robots.txt (RFC 9309): what a site lets us ask for, and how slowly.

    bytes -> text, cut at a cap -> the one group that is ours -> protego -> `Rules`

protego reads the rules and matches addresses. It keeps every rule once for each agent of its group, so a hostile file
of many agents and many rules costs their product; and half a megabyte costs a second for the sake of crawlers that are
not us. So the lines that name other agents are blanked before it reads: what is left is one group, and time and memory
are linear in the file. Its answers for us stay what they are for the whole file.
"""

import codecs
import dataclasses
import re
from collections.abc import Iterator

from protego import Protego

PRODUCT = "beatwire"  # the product token of our User-Agent (RFC 9309, section 2.2.1)
MAX_BYTES = 512 * 1024  # at least 500 KiB must be read (section 2.5)
MAX_AGE = 86_400.0  # seconds that a copy is believed (section 2.4)
MAX_REDIRECTS = 5  # section 2.3.1.2

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# What protego takes for the name of an agent: "User-agent: x" and "user agent:x", and the same without the colon.
_NAMING = re.compile(r"(?:user-agent|useragent|user agent)\s*:(.*)", re.DOTALL)
_NAMING_BARE = re.compile(r"(?:user-agent|useragent|user\s+agent)\s+(.*)", re.DOTALL)
_NOBODY = "User-agent:"  # ends the group before it and begins none: its rules are dropped


@dataclasses.dataclass(frozen=True, eq=False)
class Rules:
    """What one robots.txt says to one agent.

    Attributes:
      named: A group names the agent; otherwise it is bound by that of ``*``, if there is one.
      delay: Crawl-delay in seconds, 0 where none is given: not in the RFC, but asked for by many. Not capped.
      size: Characters of what was kept of it; up to 55 bytes of memory each, 20 as a rule.
    """

    named: bool
    delay: float
    size: int
    _parsed: Protego
    _agent: str

    def allows(self, url: str) -> bool:
        """Whether the agent may ask for an address; for one that cannot be read there is no rule."""
        try:
            return bool(self._parsed.can_fetch(url, self._agent))
        except ValueError:
            return True


def parse(body: bytes, agent: str = PRODUCT) -> Rules:
    """Reads a robots.txt; whatever the bytes are, nothing is raised.

    Args:
      body: Of the answer; what lies behind `MAX_BYTES` is not read, nor the line that is cut by it.
      agent: Who is bound: a product token or a User-Agent.

    Returns:
      The rules for the agent; of what is no robots.txt (a page, an image), that all is allowed.
    """
    lines = text(body[:MAX_BYTES], cut=len(body) > MAX_BYTES).splitlines()
    ours = _ours(lines, agent)
    kept = "" if ours is None else "\n".join(_of(ours, lines))
    parsed = Protego.parse(kept)
    return Rules(ours not in (None, "*"), parsed.crawl_delay(agent) or 0.0, len(kept), parsed, agent)


def text(body: bytes, cut: bool = False) -> str:
    """The text of a robots.txt: UTF-8 (section 2.2), or UTF-16 where a byte order mark says so.

    Args:
      body: The bytes; what is no text becomes replacement characters.
      cut: The body was cut off: its last line is left out, since half a path denies more than the whole.
    """
    mark, coding = next(((mark, name) for mark, name in _BOMS if body.startswith(mark)), (b"", "utf-8"))
    read = body[len(mark) :].decode(coding, "replace")
    return read[: max(read.rfind("\n"), read.rfind("\r")) + 1] if cut else read


def _named(line: str) -> str | None:
    """The agent that a line names, without asterisks unless it is nothing else; None for a line of another kind."""
    bare = line.partition("#")[0].strip().lower()
    if not bare.startswith("user"):
        return None
    found = _NAMING.fullmatch(bare)
    if found is None:
        colon = bare.find(":")
        separates = colon != -1 and (colon + 1 == len(bare) or bare[colon + 1].isspace())
        found = None if separates else _NAMING_BARE.fullmatch(bare)
    if found is None:
        return None
    agent = found[1].strip()
    return agent if agent == "*" else agent.replace("*", "")


def _ours(lines: list[str], agent: str) -> str | None:
    """The name under which a file speaks to an agent: the longest that fits, the first of those; None for none."""
    names = dict.fromkeys(name for name in map(_named, lines) if name)
    return max((name for name in names if _fits(name, agent.strip().lower())), key=len, default=None)


def _fits(name: str, agent: str) -> bool:
    """Whether a name in a file means an agent: it is ``*``, or stands in the agent where a token begins."""
    at = 0 if name == "*" else agent.find(name)
    while at > 0 and (agent[at - 1].isalnum() or agent[at - 1] in "-_"):
        at = agent.find(name, at + 1)
    return at >= 0


def _of(ours: str, lines: list[str]) -> Iterator[str]:
    """The lines under one name; names of others still end the group before them."""
    for line in lines:
        named = _named(line)
        yield line if named is None else f"{_NOBODY} {ours}" if named == ours else _NOBODY
