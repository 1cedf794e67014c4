"""Article pages of the size of real ones: the demo site's, and what stands around them on sites that live of visits.

Of 398 real pages the median has 137 kB and takes 50 ms to read; nearly all of it is menus, boxes, remarks, styles and
scripts. So it is here: each page is one of the demo's, its text made longer, and furnished until it has its size. The
median has 175 kB and takes 45 ms.
"""

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from connectors.demo import furniture, pages
from connectors.demo.generate import generate
from connectors.demo.items import Item
from connectors.demo.material import Edition, shipped
from connectors.demo.programme import Programme
from transforms import instants
from transforms.records import Entry, Page

SMALLEST, LARGEST = 50_000, 300_000  # bytes
EPOCH, SEED = 1_800_000_000.0, 1
_PARAGRAPHS = 30  # of other stories, behind its own


def made(count: int) -> list[Page]:
    """So many pages of our own, their sizes spread evenly from `SMALLEST` to `LARGEST`; the same each time."""
    stories = generate(count, 1.0, SEED)
    edition = Edition(publishers=shipped().publishers, stories=stories, window=count)
    programme = Programme(edition=edition, port=80, epoch=EPOCH)
    items, chance = programme.items[:count], random.Random(SEED)
    sizes = [SMALLEST + (LARGEST - SMALLEST) * number // max(1, count - 1) for number in range(count)]
    chance.shuffle(sizes)
    return [
        _page(item.link, _furnished(programme, item, size, items, chance).encode())
        for item, size in zip(items, sizes, strict=True)
    ]


def labelled(folder: Path) -> list[Page]:
    """The pages of the evaluation's material, which is not ours and lies elsewhere.

    Args:
      folder: Which holds ``eval/``.
    """
    here = folder / "eval" / "extraction"
    rows = [json.loads(line) for line in (here / "pages.jsonl").read_text(encoding="utf-8").splitlines()]
    return [_page(row["url"], gzip.decompress((here / row["html_path"]).read_bytes())) for row in rows]


def entry(page: Page) -> Entry:
    """What a feed would say of a page."""
    return Entry(link=page.requested, title="An article")


def _page(url: str, body: bytes) -> Page:
    return Page(
        requested=url,
        url=url,
        status=200,
        content_type="text/html",
        charset="utf-8",
        body=body,
        fetched=instants.to_text(EPOCH),
    )


def _furnished(programme: Programme, item: Item, size: int, items: Sequence[Item], chance: random.Random) -> str:
    """The page of an item, longer and furnished."""
    page, body = pages.article(item, programme.base(item.publisher)), pages.body(item)
    others = chance.sample([one for other in items for one in other.paragraphs], _PARAGRAPHS)
    page = page.replace(body, body + "".join(f"<p>{escape(paragraph)}</p>" for paragraph in others), 1)
    head, end = page.split("</body>")
    parts, length = [head], len(head.encode()) + len(end)
    for part in _furniture(items, chance):
        if length >= size:
            break
        parts.append(part)
        length += len(part.encode())
    return "".join([*parts, "</body>", end])


def _furniture(items: Sequence[Item], chance: random.Random) -> Iterator[str]:
    """One thing after the other, without an end: in bytes about one half markup, one half scripts and styles."""
    while True:
        some = chance.sample(items, 12)
        yield "".join(
            f'<div class="card card--small" data-id="{chance.randrange(10**9)}"><a href="{escape(one.link)}">'
            f'<img src="/img/{chance.randrange(10**9)}.jpg" alt="" loading="lazy" width="300" height="169">'
            f'<h3 class="card__title">{escape(one.title)}</h3></a><span>{one.dated:%d %B}</span></div>'
            for one in some
        )
        for piece in (*furniture.ABOVE.values(), *furniture.BELOW.values()):
            yield piece(some[0])
        state = {str(chance.randrange(10**9)): {"title": one.title, "summary": one.summary} for one in some}
        yield f"<script>window.__STATE__={json.dumps(state)};</script>"
        rules = "".join(
            f".c{chance.randrange(10**6)}{{margin:{chance.randrange(99)}px;color:#{n:03}}}" for n in range(99)
        )
        yield f"<style>{rules}</style>"
