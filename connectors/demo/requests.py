"""What was asked of the site, counted."""

import threading
from collections import Counter
from urllib.parse import urlsplit


class RequestLog:
    """Counts of answers by host, path and status; safe to read while the site serves."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, int]] = Counter()
        self._lock = threading.Lock()

    def add(self, host: str, path: str, status: int) -> None:
        """Counts one answer.

        Args:
          host: Host name without port.
          path: Path without query.
          status: HTTP status.
        """
        with self._lock:
            self._counts[host, path, status] += 1

    def statuses(self, url: str) -> dict[int, int]:
        """How often an address was answered with which status; port and query do not matter."""
        parts = urlsplit(url)
        with self._lock:
            rows = list(self._counts.items())
        return {status: n for (host, path, status), n in rows if (host, path) == (parts.hostname, parts.path or "/")}

    def count(self, url: str | None = None, status: int | None = None) -> int:
        """How many answers: of one address or all, of one status or all."""
        if url is None:
            with self._lock:
                return sum(n for (_, _, got), n in self._counts.items() if status in (None, got))
        return sum(n for got, n in self.statuses(url).items() if status in (None, got))
