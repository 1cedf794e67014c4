"""The page's section on feeds: counts, and every expectation that is not kept."""

from pathlib import Path

from bench.feeds.corpora import Corpus, Kept, Pairs, corpora, expectations, pairs
from bench.tables import table


def measure(folder: Path) -> str:
    """Reads all material in this folder and tells what came of it."""
    return render(expectations(folder), corpora(folder), pairs(folder))


def render(kept: Kept, read: dict[str, Corpus], json_pairs: Pairs) -> str:
    """The section as Markdown."""
    right, every = (sum(count[place] for count in kept.each.values()) for place in (0, 1))
    fields = [(field, good, count) for field, (good, count) in kept.each.items()]
    lost = sorted(kept.lost, key=lambda one: (one[2], one[0]))
    files = [
        (name, one.files, one.read, one.entries, sum(one.refused.values()), one.crashes, one.hangs)
        for name, one in read.items()
    ]
    agreed = f"{json_pairs.agree} of {json_pairs.pairs} JSON feeds agree with gofeed on title, link, id and dates"
    return "\n".join(
        (
            "## Feeds: what a poll reads",
            f"Of feedparser's own cases those {kept.cases[0]} that it passes here, on the same bytes and headers; "
            f"{kept.cases[1]} of them expect something of a field that we keep. Texts are compared without markup and "
            f"white space ({kept.without_words} hold markup only, so must be empty), dates as instants, addresses as "
            f"absolute ones. {kept.not_held} more are about parts of these fields that no record holds: addresses of "
            "authors, schemes of categories, media types, bases, links to other things than the page.",
            "",
            table(("field", "kept", "of"), [*fields, ("all", right, every)]),
            "",
            "Not kept, each with its reason:",
            "",
            table(("case", "field", "reason"), lost),
            "",
            "Odd feeds of others, and real ones, read in the product's capped processes. A crash is any error of a "
            "parser that nobody foresaw, also where a refusal is made of it.",
            "",
            table(("feeds", "files", "read", "entries", "refused", "crashes", "hangs"), files),
            "",
            f"{agreed}{''.join(f'; {one}' for one in json_pairs.differ)}.",
        )
    )
