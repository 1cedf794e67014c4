"""Whether a page is nothing but a notice that its article was withdrawn.

News about withdrawn things, and corrections at the foot of an article, must not count. So two things are asked: the
page holds hardly any words, and one of its first sentences (or its title) says of the article itself that it is
withdrawn. How that is said is data: ``notices/LANGUAGE.toml``; all languages are looked at, for a notice may be in the
publisher's and not in the article's.
"""

import functools
import re
import tomllib
from importlib import resources

import msgspec

from transforms.errors import ConfigError

MOST_WORDS = 80  # of the text; an article that is one has more, and says something else
SENTENCES, LENGTH = 3, 300  # looked at, and code points of each
_END = re.compile(r"(?<=[.!?])\s+|\n+")
_SLOT = re.compile(r"<(\w+)>")


class Notice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to say it: the pattern, and an example that it must match."""

    pattern: str
    example: str


class Notices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file: how it is said in one language."""

    language: str
    notice: tuple[Notice, ...]
    words: dict[str, str] = {}  # msgspec copies an empty literal default


def notice_in(title: str, text: str) -> str | None:
    """The sentence that says that the article was withdrawn, or None when the page is something else.

    Args:
      title: The page's headline, without the site's name.
      text: The page's text.
    """
    if len(text.split()) > MOST_WORDS:
        return None
    sentences = [one.strip() for one in _END.split(text) if one.strip()][:SENTENCES]
    for sentence in (title.strip(), *sentences):
        if any(pattern.match(sentence[:LENGTH]) for pattern in _patterns()):
            return sentence[:LENGTH]
    return None


def parse(text: str, name: str) -> tuple[re.Pattern[str], ...]:
    """A file's patterns.

    Args:
      text: TOML.
      name: Of the file, for messages.

    Raises:
      ConfigError: A key is unknown or missing, a pattern is none, or it does not match its own example.
    """
    try:
        file = msgspec.convert(tomllib.loads(text), Notices)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(f"{name}: {error}") from error
    return tuple(_compiled(one, file.words, name) for one in file.notice)


def _compiled(notice: Notice, words: dict[str, str], name: str) -> re.Pattern[str]:
    try:
        pattern = re.compile(_SLOT.sub(lambda slot: words[slot[1]], notice.pattern), re.IGNORECASE)
    except KeyError as error:
        raise ConfigError(f"{name}: {notice.pattern!r} uses <{error.args[0]}>, which [words] does not have") from error
    except re.error as error:
        raise ConfigError(f"{name}: {notice.pattern!r} is no regular expression: {error}") from error
    if not pattern.match(notice.example):
        raise ConfigError(f"{name}: {notice.pattern!r} does not match its example {notice.example!r}")
    return pattern


@functools.cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    folder = resources.files("transforms.extract") / "notices"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return tuple(pattern for file in files for pattern in parse(file.read_text("utf-8"), file.name))
