"""The graph: the one page to read. Wiring only; what a step does stands in its own file.

    Heartbeat -> PollFeeds --finds--> Deduplicate --> FetchPages --> Extract --> Tag --> Publish --> articles, latest
              -> Sweep ------^             |seen, too-old                                   |every other outcome
                                           +-> WriteOutcomes --> outcomes <-----------------+

| step        | keyed by          | state                      | memory on Kafka                               |
|-------------|-------------------|----------------------------|-----------------------------------------------|
| PollFeeds   | feed shard        | cursors                    | reads `sources`; writes `finds`, then `feeds` |
| Sweep       | -                 | -                          | reads `finds` and `outcomes`                  |
| Deduplicate | item shard        | items under way            | reads `outcomes`                              |
| FetchPages  | registered domain | waiting finds, next start  | -                                             |
| Publish     | article shard     | a counter (see its module) | reads and writes `latest`; writes `outcomes`  |

Step names are contracts: runners find state again by them. The global window and REAL_TIME timers only.
"""

import apache_beam as beam

from connectors.run import RunSettings
from connectors.steps.deduplicate import Deduplicate
from connectors.steps.fetch_pages import FetchPages
from connectors.steps.heartbeat import Heartbeat
from connectors.steps.poll_feeds import PollFeeds
from connectors.steps.publish import Publish, WriteOutcomes
from connectors.steps.sweep import Sweep
from transforms.reading import Extract, Tag


def build(pipeline: beam.Pipeline, settings: RunSettings) -> beam.PCollection:
    """Adds the streaming graph to a pipeline.

    Returns:
      The outcomes, after they were written.
    """
    beats = pipeline | "Heartbeat" >> Heartbeat(settings.shards, settings.heartbeat)
    found = beats | "PollFeeds" >> PollFeeds(settings)
    swept = beats | "Sweep" >> Sweep(settings)
    finds, ended = (found, swept) | "Finds" >> beam.Flatten() | "Deduplicate" >> Deduplicate(settings)
    published = (
        finds
        | "FetchPages" >> FetchPages(settings)
        | "Extract" >> Extract()
        | "Tag" >> Tag(settings.rules)
        | "Publish" >> Publish(settings)
    )
    written = ended | "WriteOutcomes" >> WriteOutcomes(settings)
    return (published, written) | "Outcomes" >> beam.Flatten()
