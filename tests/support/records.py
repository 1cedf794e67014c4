"""Records for tests: small, valid, and alike but for what a test names."""

from msgspec.structs import replace

from transforms import identity, instants
from transforms.records import Article, Entry, FeedSource, Find, Outcome, Read, Tagged
from transforms.tags import Action, Tags

NOW = 1_800_000_000.0
TAGS = Tags(
    topics=("app-ban",),
    actions=(Action(main=True, apps=("TikTok",), jurisdictions=("US",), measures=("ban",), stage="halted"),),
    apps=("TikTok",),
    jurisdictions=("US",),
    measures=("ban",),
    stage="halted",
    status="halted",
    rules_version="1",
)


def source(name="wire", domain=None, **more):
    """A feed; its address is on a domain of its own unless one is given."""
    url = more.pop("url", f"https://{domain or f'{name}.example'}/feed")
    return FeedSource(id=name, url=url, publisher=name.title(), **more)


def find(link="https://paper.example/1", of=None, at=NOW, **more):
    """A find of a feed's entry, as `transforms.polling` makes it."""
    of = of or source()
    entry = more.pop("entry", None) or Entry(link=link, title="Ban", guid=link)
    item, told = identity.item_id(entry.link, of.id, entry.guid, entry.title), identity.entry_hash(entry)
    made = {
        "find_id": identity.find_id(item, of.id, told),
        "item_id": item,
        "entry_hash": told,
        "source": of,
        "entry": entry,
        "polled": instants.to_text(at),
        "found": instants.to_text(at),
    }
    return Find(**made | more)


def outcome(of, name="published", step="publish"):
    """How a find ended."""
    return Outcome(
        find_id=of.find_id,
        item_id=of.item_id,
        feed_id=of.source.id,
        link=of.entry.link,
        outcome=name,
        step=step,
        poll=of.poll,
        found=of.found,
        ended=of.found,
    )


def tagged(number=1, tags=TAGS, title="Ban halted", of=None, at=NOW):
    """A find whose page was read and tagged."""
    link = f"https://paper.example/{number}"
    text = f"A judge halted the ban number {number}."
    article = Article(url=link, title=title, text=text, language="en")
    then = instants.to_text(at)
    tags = replace(tags, text_hash=identity.text_hash(text))
    return Tagged(
        read=Read(find=find(link, of=of, at=at), article=article, attempts=1, fetched=then), tags=tags, tagged=then
    )
