"""Notices of withdrawal, and what only looks like one."""

import pytest

from transforms.errors import ConfigError
from transforms.extract.notice import MOST_WORDS, notice_in, parse

NOTICES = [
    (
        "Article withdrawn",
        "This article has been withdrawn because it did not meet our standards. We are sorry.",
    ),
    ("Nepal to block TikTok", "This story was removed following a complaint."),
    ("Nepal to block TikTok", "Editor's note: This story has been retracted pending a review of its sources."),
    ("Removed", "The article that was published at this address has been removed on legal advice."),
    ("Nepal to block TikTok", "The Harbor Ledger has retracted this article. The document it quoted was forged."),
    ("Nepal to block TikTok", "We have removed this article because its facts could not be confirmed."),
    ("MANDATORY KILL", "Editors: do not use the item headlined Judge halts ban."),
    ("Judge halts ban", "EDITORS: Please kill the story headlined Judge halts ban. A substitute will follow."),
    ("Withdrawn: Minister says app will be blocked", "The ministry says that no such order exists."),
    ("Nepal to block TikTok", "This story is no longer available."),
    ("Nepal to block TikTok", "This content has been temporarily removed."),
]

NEAR_MISSES = [
    ("Journal retracts study of TikTok", "The journal has retracted a study that linked the app to poor sleep."),
    ("TikTok removed from app stores", "The app has been removed from both app stores, the company said on Friday."),
    ("Post by minister removed", "A post in which the minister called for a ban has been removed from the network."),
    ("Nepal to block TikTok", "This article has been corrected: the order is dated Friday, not Thursday."),
    ("Nepal to block TikTok", "This story has been updated with a comment by the ministry."),
    ("Bill withdrawn", "The bill to ban the app has been withdrawn by its sponsor."),
    ("Senator withdraws amendment", "The senator withdrew the amendment after this article was published."),
    ("Ministry takes down report", "The report on data transfers has been removed from app stores' listings."),
    ("Kill switch for chips", "Kill switches in chips exported to China are proposed in a bill."),
    ("Statement", "The company has withdrawn its claim against the state."),
    ("TikTok acts", "The video was removed because it broke the rules, the company said."),
    ("Case withdrawn", "The complaint was withdrawn because the parties had settled."),
]


@pytest.mark.parametrize(("title", "text"), NOTICES)
def test_a_page_that_says_that_its_article_is_withdrawn_is_a_notice(title, text):
    assert notice_in(title, text) is not None


@pytest.mark.parametrize(("title", "text"), NEAR_MISSES)
def test_news_of_withdrawals_and_corrections_are_none(title, text):
    assert None is notice_in(title, text)


def test_an_article_that_ends_with_a_notice_about_an_earlier_one_is_none():
    text = "The court halted the ban on the app. " * (MOST_WORDS // 8) + "This article has been withdrawn."
    assert None is notice_in("Court halts ban", text)


def test_a_notice_below_the_first_sentences_is_none():
    text = "A court halted the ban. The app stays. Shares rose. This article has been withdrawn."
    assert None is notice_in("Court halts ban", text)


def test_the_sentence_is_the_reason():
    assert "This story has been removed." == notice_in("Ban", "This story has been removed. Sorry.")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('language = "en"\n[[notice]]\npattern = "<x> gone"\nexample = "x gone"', ["en.toml", "<x>"]),
        ('language = "en"\n[[notice]]\npattern = "(gone"\nexample = "gone"', ["en.toml", "(gone"]),
        ('language = "en"\n[[notice]]\npattern = "gone"\nexample = "still here"', ["en.toml", "still here"]),
        ('language = "en"\n[[notice]]\npattern = "gone"', ["en.toml", "example"]),
    ],
)
def test_a_mistake_in_the_data_is_named(text, words):
    with pytest.raises(ConfigError) as caught:
        parse(text, "en.toml")
    assert all(word in str(caught.value) for word in words)
