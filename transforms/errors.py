"""What can go wrong, as data.

```
BeatwireError
├── ItemError            one find or feed; the pipeline goes on, the find ends in ``outcome`` (unless a retry heals it)
│   ├── FetchFailed          fetch-failed
│   │   ├── NotAFeed
│   │   └── Blocked
│   ├── RobotsDenied         robots-denied
│   │   └── RobotsUnreachable
│   │       └── HostSilent
│   ├── ForbiddenAddress     forbidden-address
│   ├── TooLarge             too-large
│   ├── NotAnArticle         not-an-article
│   │   └── Withdrawn            (retracts what was published of it)
│   └── NoText               no-text
├── ConfigError          what the user wrote cannot be used: names the key and the fix; exit code 2
├── SetupError           a part that beatwire stands on cannot be had: says which, and how to get it
├── KafkaUnavailable     no acknowledgement in time; a retry may heal it
├── KafkaMisconfigured   rights, topics or settings; no retry will help
├── RunOver              the run that wanted something has ended
├── LeaseHeld            another pipeline writes these topics
└── LeaseLost            another pipeline has taken them over
```

Whether a retry may help is the class attribute ``retriable``, so that deciding on it needs no list of classes; what
kind of failure it was is ``failure``, which the schedule of polls looks up (`transforms.backoff`). Errors keep their
arguments in ``args`` and survive pickling, because they cross process borders.
"""

from typing import ClassVar, Literal

from transforms.vocabulary import OutcomeName

Failure = Literal[
    "dns",
    "refused",
    "tls",
    "timeout",
    "connection",  # lost, reset, unreachable, not HTTP
    "rate-limited",  # 429
    "denied",  # 401, 403, 451
    "gone",  # 410
    "client",  # all other 4xx
    "server",  # 5xx
    "redirect",  # in a circle, to nowhere, too many, or a 3xx that is none
    "not-a-feed",
    "forbidden",
    "too-large",
    "other",
]
"""What kind of failure an `ItemError` tells of."""

_STATUSES: dict[int, Failure] = {
    401: "denied",
    403: "denied",
    408: "timeout",
    410: "gone",
    429: "rate-limited",
    451: "denied",
}
_HUNDREDS: dict[int, Failure] = {3: "redirect", 4: "client", 5: "server"}


def of_status(status: int) -> Failure:
    """The kind of failure that an HTTP status is."""
    return _STATUSES.get(status) or _HUNDREDS.get(status // 100, "other")


class BeatwireError(Exception):
    """The root of all errors that beatwire raises on purpose."""

    retriable: ClassVar[bool] = False


class ItemError(BeatwireError):
    """Something about one address from the web.

    Args:
      url: The address it happened to.
      reason: A short cause in words, without the address; it ends up in the find's outcome.
      status: The HTTP status, when there was an answer.
      retry_after: Seconds that the server asked us to wait, when it did.
      retriable: Overrides the class where the same kind of failure may be lasting or passing (HTTP 404 or 503).
      failure: What kind of failure it was; by default what the status says, else what the class does.
    """

    outcome: ClassVar[OutcomeName] = "fetch-failed"
    kind: ClassVar[Failure] = "other"

    def __init__(
        self,
        url: str,
        reason: str,
        status: int | None = None,
        retry_after: float | None = None,
        retriable: bool | None = None,
        failure: Failure | None = None,
    ) -> None:
        super().__init__(url, reason, status, retry_after, retriable, failure)
        self.url = url
        self.reason = reason
        self.status = status
        self.retry_after = retry_after
        self.may_heal = type(self).retriable if retriable is None else retriable
        self.failure = failure or (type(self).kind if status is None else of_status(status))

    def __str__(self) -> str:
        return f"{self.reason} ({self.url})"


class FetchFailed(ItemError):
    """No usable answer: DNS, connection, TLS, time-out, HTTP status, broken encoding."""

    retriable = True


class NotAFeed(FetchFailed):
    """The answer to a poll cannot be read as a feed."""

    kind = "not-a-feed"


class Blocked(FetchFailed):
    """Something else was served in the page's place: a challenge, a demand for consent or a log-in, an error."""

    kind = "denied"


class RobotsDenied(ItemError):
    """robots.txt of the address, or of one that it redirects to, keeps us out."""

    outcome: ClassVar[OutcomeName] = "robots-denied"
    kind: ClassVar[Failure] = "denied"


class RobotsUnreachable(RobotsDenied):
    """robots.txt cannot be had, so nothing may be asked for until it can (RFC 9309, section 2.3.1.4)."""

    retriable = True


class HostSilent(RobotsUnreachable):
    """Nobody answers where robots.txt is asked for: it is the host that cannot be had, not its leave."""

    outcome, kind = "fetch-failed", "connection"


class ForbiddenAddress(ItemError):
    """The address, or one that it resolves or redirects to, is not on the public internet."""

    outcome, kind = "forbidden-address", "forbidden"


class TooLarge(ItemError):
    """The answer is larger than its cap, compressed or not."""

    outcome, kind = "too-large", "too-large"


class NotAnArticle(ItemError):
    """The page is there, but it is no article: another media type, a front page, a list of links."""

    outcome = "not-an-article"


class Withdrawn(NotAnArticle):
    """The page is nothing but a notice that its article was withdrawn."""


class NoText(ItemError):
    """The page looks like an article, but no text could be found in it."""

    outcome = "no-text"


class ConfigError(BeatwireError):
    """What the user wrote cannot be used; the message names the key and the fix."""


class SetupError(BeatwireError):
    """A part that beatwire stands on (Java, Kafka's jars, the runner) cannot be had; one sentence says what and how."""


class KafkaUnavailable(BeatwireError):
    """Kafka did not acknowledge in time."""

    retriable = True


class KafkaMisconfigured(BeatwireError):
    """Kafka refuses us for good: rights, missing topics, changed partition counts, settings."""


class RunOver(BeatwireError):
    """The run has ended: what outlived it must neither write nor wait, since a successor may be at work."""


class LeaseHeld(BeatwireError):
    """Another pipeline writes the topics of this prefix; the message names it."""


class LeaseLost(BeatwireError):
    """This run may not write any more: another has taken over."""
