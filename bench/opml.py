"""OPML of real readers: is every address kept, is what is written read back unchanged?"""

import html
import re
import tarfile
import tempfile
import time
import tomllib
from collections import Counter
from pathlib import Path

from bench.progress import say
from bench.tables import table
from pipelines.cli.feedfiles import outline
from pipelines.config import Feed
from pipelines.config.editing import added
from pipelines.config.lists import from_opml
from transforms import opml

# What a look at the text alone finds: no parser has a say in it.
_ADDRESS = re.compile(r"""\bxmlUrl\s*=\s*"([^"]*)\"""", re.IGNORECASE)


def measure(folder: Path) -> str:
    """The section of the page.

    Args:
      folder: Holds ``opml.tar.gz``.
    """
    counts: Counter[str] = Counter()
    distinct: set[str] = set()
    slowest = 0.0
    with tempfile.TemporaryDirectory(prefix="beatwire-opml-") as name:
        with tarfile.open(folder / "opml.tar.gz") as archive:
            archive.extractall(name, filter="data")
        for path in sorted(Path(name).rglob("*.opml")):
            began = time.monotonic()
            try:
                _judge(path, counts, distinct)
            except Exception as error:  # it is what is counted here
                counts["crashes"] += 1
                say(f"{path.name}: {type(error).__name__}: {error}")
            slowest = max(slowest, time.monotonic() - began)
    rows = (
        ("files", counts["files"]),
        ("of them no well-formed XML", counts["broken"]),
        ("addresses in their text", counts["addresses"]),
        ("addresses read", counts["read"]),
        ("addresses lost, or changed", counts["lost"]),
        ("distinct feeds", len(distinct)),
        ("files whose feeds `export` and `import` leave unchanged", counts["same"]),
        ("files whose feeds are read back unchanged from `beatwire.toml`", counts["kept"]),
        ("crashes", counts["crashes"]),
        ("slowest file, s", f"{slowest:.2f}"),
    )
    return "\n".join(
        (
            "## OPML: `beatwire feeds import`, `feeds export`",
            "Lists of feeds that people keep, of countries and of topics.",
            "",
            table(("what", "figure"), rows),
        )
    )


def _judge(path: Path, counts: Counter[str], distinct: set[str]) -> None:
    data = path.read_bytes()
    wanted = Counter(html.unescape(one).strip() for one in _ADDRESS.findall(data.decode("utf-8")))
    read = opml.read(data, path.name)
    got = Counter(one.url for one in read.outlines)
    feeds = from_opml(path).feeds
    path.write_bytes(opml.write(map(outline, feeds), "again", 0.0))
    again = from_opml(path)
    written = tomllib.loads(added("", feeds, path.name))["feeds"]
    counts["files"] += 1
    counts["broken"] += bool(read.fault)
    counts["addresses"] += wanted.total()
    counts["read"] += got.total()
    counts["lost"] += (wanted - got).total()
    counts["same"] += (feeds, ()) == (again.feeds, again.refused)
    counts["kept"] += list(feeds) == [Feed.model_validate(one) for one in written]
    distinct.update(feed.id for feed in feeds)
