"""What a page asks of robots."""

# Directives that have a value behind a colon; any other word before a colon names the robot that is meant.
_VALUED = frozenset({"max-snippet", "max-image-preview", "max-video-preview", "unavailable_after"})


def directives(*values: str | None) -> tuple[str, ...]:
    """The directives for all robots in robots meta elements and X-Robots-Tag headers, lower case, each once.

    What follows a robot's name (``googlebot: noindex, nofollow``) is for that robot up to the end of its value.
    """
    found: dict[str, None] = {}
    for value in values:
        for part in (value or "").lower().split(","):
            directive = " ".join(part.split())
            name, colon, _ = directive.partition(":")
            if colon and name.strip() not in _VALUED:
                break
            if directive:
                found[directive] = None
    return tuple(found)[:20]
