"""Finds that wait while their feed rolls over, then a crash: ``python -m bench.chaos.rollover``.

Each feed shows few entries and many come fast; pages are asked for slowly, so that most finds wait while their entries
leave the feed. When all are found and most wait, the whole pipeline is killed. What waits then stands on `finds` alone.
"""

import sys
import tempfile
from pathlib import Path

from msgspec.structs import replace

from bench.progress import say
from pipelines.cli import logs

COUNT, PER_SECOND, WINDOW, SEED = 120, 8.0, 20, 5
# Seconds: 40 pages of a domain take 50 s and its entries come within 15. An entry is shown for 7; a feed is asked every
# 4, since feeds have a quarter of their domain's requests.
SPACING = 1.0
LEAD = 40.0  # seconds before the first item: the pipeline polls by then
WITHIN = 180.0  # seconds


def main() -> int:
    """Runs it; 1 when something was lost."""
    logs.set_up(verbose=False)
    from bench.chaos import processes
    from bench.chaos.verdict import judge
    from bench.chaos.world import World, until
    from connectors.demo.generate import generate
    from connectors.demo.material import Edition, shipped

    stories = [replace(story, at=story.at + LEAD) for story in generate(COUNT, PER_SECOND, SEED)]
    edition = Edition(publishers=shipped().publishers, stories=tuple(stories), window=WINDOW)
    with tempfile.TemporaryDirectory(prefix="beatwire-rollover-") as name, World(Path(name), edition, SPACING) as world:
        items = {item.link for item in world.site.programme.items}
        found = until(lambda: len({find["findId"] for find in world.read().finds}) == COUNT, WITHIN, 0.5)
        told = world.read()
        shown = {item.link for feed in world.site.feeds() for item in world.site.programme.shown(feed.id, 2**40)}
        waiting = {find["entry"]["link"] for find in told.finds} - {end["link"] for end in told.outcomes}
        gone = waiting - shown
        assert world.pipeline is not None
        processes.kill(*processes.descendants(world.pipeline.pid))
        world.pipeline.wait()
        say(f"killed with {len(waiting)} of {len(told.finds)} finds unfinished, {len(gone)} of them no longer shown")
        world.start_pipeline()
        finals = {article: final.title for article, final in world.site.programme.finals().items()}
        until(lambda: not judge(world.read(), finals, items).wrong, WITHIN)
        verdict = judge(world.read(), finals, items)
    print(f"finds found before the crash: {len(told.finds)} of {COUNT}; waiting and no longer shown: {len(gone)}")
    print(f"outcomes afterwards: {verdict.figures['outcomes, distinct']}; articles: {verdict.figures['articles']}")
    for line in verdict.wrong[:20]:
        print(f"WRONG: {line}")
    return int(bool(verdict.wrong) or not found or not gone)


if __name__ == "__main__":
    sys.exit(main())
