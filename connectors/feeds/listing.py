"""Writes the list of feeds that a run polls, as differences to what `sources` says."""

from collections.abc import Iterable

from connectors import worker
from connectors.kafka.sources import rows
from connectors.run import RunSettings
from transforms.records import FeedSource
from transforms.sources import Changes, changes


def list_feeds(settings: RunSettings, feeds: Iterable[FeedSource]) -> Changes:
    """Makes `sources` say these feeds; for the process that holds the run's lease.

    Returns:
      What was changed.

    Raises:
      KafkaUnavailable: Kafka does not answer within the patience.
      KafkaMisconfigured: It refuses us.
      LeaseLost: Another pipeline has taken over.
      RunOver: The run has ended.
    """
    shared = worker.of(settings)
    changed = changes(shared.sources.newest(), feeds)
    if changed:
        shared.write(rows(settings.kafka, changed), "poll")
        shared.sources.newest()  # steps in this process see it at once
    return changed
