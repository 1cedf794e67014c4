"""robots.txt of real sites: whether our fence keeps every answer of protego's, and what reading one costs.

    robots-real.tar.gz -> transforms.robots.parse                    -> verdicts, crawl-delay  -> the same?
                       -> protego on the same text, whole and unfenced -> verdicts, crawl-delay

Only counts are kept of the files.
"""

import dataclasses
import statistics
import tarfile
import time
from pathlib import Path

from protego import Protego

from transforms import robots

SITE = "https://site.example"
# Words of real agents and of ours; one is a whole User-Agent.
AGENTS = (
    *(robots.PRODUCT, "Googlebot", "Googlebot-News", "bingbot", "GPTBot", "CCBot", "*", "ia_archiver", "AhrefsBot"),
    *("Baiduspider", "Yandex", "Twitterbot", "facebookexternalhit", "SemrushBot", "MJ12bot", "anthropic-ai", "Slurp"),
    *("Applebot", "DotBot", "Mozilla/5.0 (compatible; bingbot/2.0; +https://site.example/bot)"),
)
PATHS = (
    *("/", "/index.html", "/news/2026/01/a-story", "/search?q=x", "/wp-admin/", "/a/b.php", "/private/x", "/tag/x"),
    *("/feed/", "/rss.xml", "/images/a.jpg", "/print/1", "/?s=x", "/user/login", "/cgi-bin/x", "/admin", "/api/v1/x"),
    *("/%7Ejoe/a", "/caf%C3%A9", "/a,b;c=d"),
)


@dataclasses.dataclass
class Figures:
    """What came of the files.

    Attributes:
      files: How many there are.
      crashes: Files at which reading or asking raised.
      answers: Verdicts and crawl-delays compared.
      kept: Of them, the same as protego's own.
      cut: Files larger than what is read.
      named: Files that name us.
      closed: Files that keep us off everything.
      delays: Files that ask us for a crawl-delay.
      ours: Seconds of processor time to read each.
      whole: The same, unfenced.
    """

    files: int = 0
    crashes: int = 0
    answers: int = 0
    kept: int = 0
    cut: int = 0
    named: int = 0
    closed: int = 0
    delays: int = 0
    ours: list[float] = dataclasses.field(default_factory=list)
    whole: list[float] = dataclasses.field(default_factory=list)


def measure(archive: Path) -> Figures:
    """Reads every file of an archive for every agent, and asks for every path."""
    figures = Figures()
    with tarfile.open(archive) as files:
        for member in files:
            stream = files.extractfile(member)
            if stream is not None:
                _file(stream.read(), figures)
    return figures


def _file(body: bytes, figures: Figures) -> None:
    figures.files += 1
    figures.cut += len(body) > robots.MAX_BYTES
    try:
        began = time.process_time()
        mine = robots.parse(body)
        between = time.process_time()
        whole = Protego.parse(robots.text(body))
        figures.whole.append(time.process_time() - between)
        figures.ours.append(between - began)
        figures.named += mine.named
        figures.closed += not mine.allows(f"{SITE}/news")
        figures.delays += mine.delay > 0
        for agent in AGENTS:
            _compare(robots.parse(body, agent), whole, agent, figures)
    except Exception:
        figures.crashes += 1


def _compare(rules: robots.Rules, whole: Protego, agent: str, figures: Figures) -> None:
    same = [rules.allows(SITE + path) == whole.can_fetch(SITE + path, agent) for path in PATHS]
    same.append(rules.delay == (whole.crawl_delay(agent) or 0.0))
    figures.answers += len(same)
    figures.kept += sum(same)


def section(figures: Figures) -> str:
    """The figures as a section of Markdown."""
    ours, whole = sorted(figures.ours), sorted(figures.whole)
    lines = [
        "## robots.txt",
        f"{figures.files} files of real sites, {len(AGENTS)} agents, {len(PATHS)} paths. protego's own answers are for "
        "the whole file: no other agent's group blanked, nothing cut.",
        "",
        "| what | figure |",
        "| --- | --- |",
        f"| files at which anything raised | {figures.crashes} |",
        f"| verdicts and crawl-delays that are protego's own | {figures.kept} of {figures.answers} |",
        f"| files larger than the {robots.MAX_BYTES // 1024} KiB that are read | {figures.cut} |",
        f"| files that name us | {figures.named} |",
        f"| files that keep us off /news | {figures.closed} |",
        f"| files that ask us for a crawl-delay | {figures.delays} |",
        f"| milliseconds to read one, median / 99 of 100 / most | {_spread(ours)} |",
        f"| the same with protego alone | {_spread(whole)} |",
    ]
    return "\n".join(lines)


def _spread(times: list[float]) -> str:
    if not times:
        return ""
    shown = (statistics.median(times), times[int(len(times) * 0.99)], times[-1])
    return " / ".join(f"{1000 * seconds:.2f}" for seconds in shown)
