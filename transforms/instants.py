"""Instants as the records store them: RFC 3339, UTC, milliseconds, always the same 24 characters."""

from datetime import UTC, datetime


def to_text(seconds: float) -> str:
    """Unix time to ``2026-01-31T09:30:00.000Z``.

    Args:
      seconds: Seconds since 1970-01-01T00:00Z; cut, not rounded, to milliseconds.
    """
    moment = datetime.fromtimestamp(int(seconds * 1000) / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_text(text: str) -> float:
    """Unix time of an RFC 3339 instant or an ISO date (midnight UTC; a time without zone is taken for UTC).

    Raises:
      ValueError: If it is neither.
    """
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
