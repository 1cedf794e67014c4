"""Example events of our own, for documents: an invented article, edited, tagged anew and withdrawn.

They come out of the deciders, so that an example cannot say what the pipeline would not.
"""

from msgspec.structs import replace

from transforms import identity, instants
from transforms.events import Event
from transforms.records import Article, Entry, FeedSource, Find, Read, Tagged
from transforms.revision import decide
from transforms.tags import Action, Actor, Evidence, Tags
from transforms.versions import Imprint, Latest, latest_of

_BEGAN = 1_795_516_200.0  # Unix time
_URL = "https://harbor-ledger.example/technology/judge-halts-tiktok-ban"
_ARTICLE = Article(
    url=_URL,
    title="Federal judge halts TikTok ban",
    text="HARBOR CITY - A federal judge on Tuesday halted the ban of TikTok.",
    summary="The order comes hours before the ban was to take effect.",
    language="en-US",
    extractor="trafilatura 2.3",
)


def events() -> tuple[Event, ...]:
    """One event of each type, in the order in which they were published."""
    edited = replace(_ARTICLE, title="Federal judge halts TikTok ban until December")
    known: dict[str, Latest] = {}
    made = []
    for number, (article, tags) in enumerate(
        [
            (_ARTICLE, _tags("halted", "halted")),
            (edited, _tags("halted", "halted")),
            (edited, _tags("delayed", "postponed")),
            (edited, Tags(rules_version="2026.1")),
        ]
    ):
        found = _BEGAN + 3600 * number
        tagged = Tagged(
            read=Read(find=_find(article.title, instants.to_text(found)), article=article, attempts=1),
            tags=tags,
            tagged=instants.to_text(found + 1.5),
        )
        ((article_id, event),) = decide(tagged, known, Imprint(instants.to_text(found + 2), "beatwire", "0.1.0")).events
        known[article_id] = latest_of(event)
        made.append(event)
    return tuple(made)


def _find(title: str, found: str) -> Find:
    source = FeedSource(id="harbor-ledger", url="https://harbor-ledger.example/feed", publisher="The Harbor Ledger")
    entry = Entry(link=_URL, guid="harbor-ledger/1", title=title, updated=found)
    item, said = identity.item_id(_URL, source.id, entry.guid), identity.entry_hash(entry)
    return Find(
        find_id=identity.find_id(item, source.id, said),
        item_id=item,
        entry_hash=said,
        source=source,
        entry=entry,
        polled=found,
        found=found,
    )


def _tags(stage: str, status: str) -> Tags:
    made = Action(
        main=True,
        apps=("TikTok",),
        companies=("ByteDance",),
        actor=Actor(name="Federal judge", kind="court"),
        jurisdictions=("US",),
        measures=("ban",),
        stage=stage,  # type: ignore[arg-type]  # words of the vocabulary, above
        status=status,  # type: ignore[arg-type]
    )
    proof = Evidence(
        supports=f"stage:{stage}",
        action=0,
        part="title",
        start=0,
        end=30,
        quote="Federal judge halts TikTok ban",
        rule="stage/court-halts",
    )
    return Tags(
        topics=("app-ban", "us-china-tech"),
        actions=(made,),
        apps=made.apps,
        companies=made.companies,
        jurisdictions=made.jurisdictions,
        measures=made.measures,
        stage=made.stage,
        status=made.status,
        evidence=(proof,),
        rules_version="2026.1",
        text_hash=identity.text_hash(_ARTICLE.text),
    )
