"""``python -m bench.chaos``: rounds of kills, then the verdict."""

import argparse
import random
import sys
import time
from pathlib import Path

import msgspec

from bench.progress import say
from pipelines.cli import logs

ROUNDS = "rounds.jsonl"
PLAN = "plan.json"
RESTART = 6.0  # seconds that a round takes beside its wait, about
FINISH = 300.0  # seconds after the last round and the last item within which all must have ended


def main() -> int:
    """Runs the rounds that are left and judges; 1 when something was lost or said wrongly."""
    parser = argparse.ArgumentParser(prog="bench.chaos", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--articles", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--window", type=int, default=150, help="entries that a feed shows")
    parser.add_argument("--folder", type=Path, required=True)
    wanted = parser.parse_args()
    logs.set_up(verbose=False)
    from bench.chaos.faults import expected_seconds, fault
    from bench.chaos.verdict import judge
    from bench.chaos.world import World, until
    from connectors.demo.generate import generate
    from connectors.demo.material import Edition, shipped

    folder: Path = wanted.folder
    folder.mkdir(parents=True, exist_ok=True)
    plan = _plan(folder, wanted)
    seed, rounds, count = plan["seed"], plan["rounds"], plan["articles"]
    done = (folder / ROUNDS).read_text().count("\n") if (folder / ROUNDS).exists() else 0
    say(f"chaos: seed {seed}, {rounds} rounds of which {done} are done, {count} articles; folder {folder}")
    per_second = count / expected_seconds(rounds, RESTART)
    stories = generate(count, per_second, seed)
    edition = Edition(publishers=shipped().publishers, stories=stories, window=plan["window"])
    with World(folder, edition) as world:
        for number in range(done, rounds):
            chosen = fault(seed, number)
            time.sleep(chosen.after)
            struck = world.strike(chosen)
            row = {"round": number, "after": chosen.after, "what": struck, "elapsed": round(world.clock.elapsed, 1)}
            with (folder / ROUNDS).open("ab") as rows:
                rows.write(msgspec.json.encode(row) + b"\n")
            say(f"round {number + 1} of {rounds}: {struck} after {chosen.after} s")
        left = world.site.duration - world.clock.elapsed
        say(f"the rounds are over; the last item appears in {max(left, 0):.0f} s")
        time.sleep(max(left, 0) + 5)
        items = {item.link for item in world.site.programme.items}
        on_beat = {item.link: item.title for item in world.site.programme.items if item.expected.topics}
        verdict = judge(world.read(), on_beat, items)

        def well() -> bool:
            nonlocal verdict
            verdict = judge(world.read(), on_beat, items)
            return not verdict.wrong

        until(well, FINISH, every=5.0)
    for name, figure in verdict.figures.items():
        print(f"{name:32}{figure:8}")
    for line in verdict.wrong[:40]:
        print(f"WRONG: {line}")
    print(f"{len(verdict.wrong)} things wrong after {rounds} rounds, seed {seed}")
    return int(bool(verdict.wrong))


def _plan(folder: Path, wanted: argparse.Namespace) -> dict[str, int]:
    """What the folder's run is: as it was begun, or else as asked for now."""
    file = folder / PLAN
    if not file.exists():
        seed = wanted.seed if wanted.seed is not None else random.SystemRandom().randrange(10**6)
        plan = {"seed": seed, "rounds": wanted.rounds, "articles": wanted.articles, "window": wanted.window}
        file.write_bytes(msgspec.json.encode(plan))
    begun: dict[str, int] = msgspec.json.decode(file.read_bytes())
    return begun


if __name__ == "__main__":
    sys.exit(main())
