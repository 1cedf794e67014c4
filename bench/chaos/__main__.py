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
RESTART = 7.0  # seconds that a round takes beside its wait, about
FINISH = 300.0  # seconds after the last round and the last item within which all must have ended


def main() -> int:
    """Runs the rounds that are left and judges; 1 when something was lost or said wrongly."""
    parser = argparse.ArgumentParser(prog="bench.chaos", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--articles", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--edits", type=float, default=0.0, help="share of the stories that is edited")
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
    seed, rounds, count = int(plan["seed"]), int(plan["rounds"]), int(plan["articles"])
    done = (folder / ROUNDS).read_text().count("\n") if (folder / ROUNDS).exists() else 0
    say(f"chaos: seed {seed}, {rounds} rounds of which {done} are done, {count} articles; folder {folder}")
    per_second = count / expected_seconds(rounds, RESTART)
    stories = generate(int(count), per_second, int(seed), edits=plan["edits"])
    edition = Edition(publishers=shipped().publishers, stories=stories, window=int(plan["window"]))
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
        finals = {
            article: None if final.canceled else final.title for article, final in world.site.programme.finals().items()
        }
        verdict = judge(world.read(), finals, items)

        def well() -> bool:
            nonlocal verdict
            verdict = judge(world.read(), finals, items)
            return not verdict.wrong

        until(well, FINISH, every=5.0)
    for name, figure in verdict.figures.items():
        print(f"{name:32}{figure:8}")
    for line in verdict.wrong[:40]:
        print(f"WRONG: {line}")
    print(f"{len(verdict.wrong)} things wrong after {rounds} rounds, seed {seed}")
    return int(bool(verdict.wrong))


def _plan(folder: Path, wanted: argparse.Namespace) -> dict[str, float]:
    """What the folder's run is: as it was begun, or else as asked for now."""
    file = folder / PLAN
    if not file.exists():
        seed = wanted.seed if wanted.seed is not None else random.SystemRandom().randrange(10**6)
        plan = {name: getattr(wanted, name) for name in ("rounds", "articles", "edits", "window")} | {"seed": seed}
        file.write_bytes(msgspec.json.encode(plan))
    begun: dict[str, float] = msgspec.json.decode(file.read_bytes())
    return begun


if __name__ == "__main__":
    sys.exit(main())
