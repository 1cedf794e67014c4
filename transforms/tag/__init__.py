"""Tags: what an article reports, about whom, in which state, and the words that prove it.

The way of a document:

```
words --cheap check--> sentences --lexicon--> names, measures, classes of words
      --actions--> measure + target + actor, or why not --state--> stage, background
      --topics, decide--> the article's main news --build, evidence--> Tags
```

Everything that knows a language or a name lies in the files under ``data/``; the modules know only how to look. Same
text, rules version and date give the same tags, byte for byte; no text makes these functions raise.
"""

from transforms.tag.explain import Explanation
from transforms.tag.rules.data import shipped
from transforms.tag.ruleset import SHIPPED, RuleSet
from transforms.tags import Document, Tags
from transforms.vocabulary import Basis

RULES_VERSION: str
"""Version of the shipped rules: a release and a hash of the data files, such as ``2026.1-1a2b3c4d``."""


def __getattr__(name: str) -> str:
    # Read on first use: importing this module reads no files.
    if name == "RULES_VERSION":
        return shipped().version
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def tag(document: Document, basis: Basis = "page", rules: RuleSet = SHIPPED) -> Tags:
    """Tags a document.

    Args:
      document: Title, summary, text, date and language of an article.
      basis: Whether it was read from the page or from the feed alone.
      rules: The shipped ones, or others.

    Returns:
      Its tags; ``topics`` is empty when it is off the beat. Offsets count code points of the parts as given.

    Raises:
      ConfigError: The rule files are broken; no document causes it.
    """
    return rules.rules().tag(document, basis)


def explain(document: Document, rules: RuleSet = SHIPPED) -> Explanation:
    """Says why a document has its tags: what counted, what did not and for which reason."""
    return rules.rules().explain(document)


__all__ = ["RULES_VERSION", "SHIPPED", "Explanation", "RuleSet", "explain", "tag"]
