"""What is said of one article and why, as tables: pure, for `explain`."""

from pipelines.cli.tables import Table
from pipelines.cli.terminal import shorten
from transforms.records import Article
from transforms.tag import Explanation
from transforms.tags import Action, Document, Tags

QUOTE = 160  # code points of a sentence shown


def tables(document: Document, article: Article, tags: Tags, explanation: Explanation) -> list[Table]:
    """What was read, what is said of it, what proves it, what counted and what did not.

    Args:
      document: What was tagged.
      article: What it was read from.
      tags: What is said.
      explanation: Why.
    """
    counted = [one for one in explanation.findings if one.counted]
    rejected = [one for one in explanation.findings if not one.counted]
    made = [
        Table("Article", ("field", "value", "from"), _article(document, article)),
        Table("Tags", ("field", "value"), _tags(tags)),
        Table("Actions", ("", "who", "does", "to", "where", "stage", "status", "dates"), _actions(tags)),
        Table(
            "Quotes",
            ("proves", "action", "part", "from", "to", "quote", "rule"),
            [(e.supports, e.action, e.part, e.start, e.end, shorten(e.quote, QUOTE), e.rule) for e in tags.evidence],
        ),
        Table("Why, by topic", ("topic", "reason"), sorted(explanation.reasons.items())),
        Table(
            "What counted",
            ("rule", "words", "targets", "who", "where", "stage", "stage rule", "topics", "weight", "sentence"),
            [
                (f.rule, f.words, f.targets, f.actor, f.jurisdictions, f.stage, f.stage_rule, f.topics, f.weight)
                + (shorten(f.sentence, QUOTE),)
                for f in counted
            ],
        ),
        Table(
            "What did not count",
            ("rule", "words", "targets", "why not", "rejected by", "sentence"),
            [(f.rule, f.words, f.targets, f.why_not, f.rejected_by, shorten(f.sentence, QUOTE)) for f in rejected],
        ),
    ]
    return [table for table in made if table.rows]


def _article(document: Document, article: Article) -> list[tuple[object, ...]]:
    origins = article.origins
    rows: list[tuple[object, ...]] = [
        ("title", document.title, origins.title),
        ("summary", document.summary, ""),
        ("authors", article.authors, origins.authors),
        ("date", document.date, origins.published),
        ("modified", article.modified, origins.modified),
        ("language", document.language, origins.language),
        ("section", article.section, origins.section),
        ("image", article.image, origins.image),
        ("access", article.access if origins.access else "", origins.access),
        ("text", f"{len(document.text)} characters", origins.text),
    ]
    return [row for row in rows if row[1]]


def _tags(tags: Tags) -> list[tuple[object, ...]]:
    lists = ("apps", "companies", "jurisdictions", "measures", "instruments")
    rows: list[tuple[object, ...]] = [("topics", tags.topics or "none: off the beat")]
    if tags.topics:
        rows += [("stage", tags.stage), ("status", tags.status)]
        rows += [(name, getattr(tags, name)) for name in lists if getattr(tags, name)]
        rows += [("case", f"{case.caption} {case.docket}".strip()) for case in tags.cases]
    return [*rows, ("rules version", tags.rules_version)]


def _actions(tags: Tags) -> list[tuple[object, ...]]:
    return [(index, *_action(action)) for index, action in enumerate(tags.actions)]


def _action(action: Action) -> tuple[object, ...]:
    actor = f"{action.actor.name} ({action.actor.kind})" if action.actor else ""
    dates = tuple(f"{date.date} {date.role}" for date in action.dates)
    targets = action.apps + action.companies
    return actor, action.measures, targets, action.jurisdictions, action.stage, action.status, dates
