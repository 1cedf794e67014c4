"""What a sentence leaves out and its neighbours tell: whose act it is, whom it hits, and who else must agree."""

import pytest

from transforms.tag import tag
from transforms.tags import Document, Tags


def item(title: str, text: str) -> Tags:
    """Tags of a headline over the beginning of its article."""
    return tag(Document(title=title, text=text, date="2025-06-10"))


def test_a_headline_that_leaves_out_who_acts_is_believed_where_the_first_sentences_say_so() -> None:
    headline = "Twitter suspension lifted after seven months"

    assert ("NG",) == item(headline, "Nigeria's government said users can return to the site.").jurisdictions
    assert () == item(headline, "The singer can post again, his manager said.").topics


def test_a_store_that_acts_on_an_order_told_below_acts_for_the_government() -> None:
    headline = "Apple removes WhatsApp from App Store in China"
    told = item(headline, "The company said the Cyberspace Administration of China ordered it to pull the app.")

    assert (("app-store-removal",), ("CN",), "in-force") == (told.measures, told.jurisdictions, told.stage)
    assert () == item(headline, "The company said the old version was faulty and a new one will follow.").topics


def test_the_first_sentences_of_a_digest_speak_of_one_of_its_items_only() -> None:
    order = "The regulator ordered the company to block another app."

    assert () == item("Apple drops Telegram from store; chip prices up; rain ahead", order).topics


def test_the_headlines_government_acts_in_the_first_sentence_too() -> None:
    tags = item("Iran opens WhatsApp and Google Play again", "A council voted to lift the ban on both services.")

    assert ("app-ban",) == tags.topics
    assert ("IR",) == tags.jurisdictions


@pytest.mark.parametrize("stand_in", ["both services", "the apps", "the popular apps", "the two foreign platforms"])
def test_what_a_word_stands_for_is_named_from_the_headline(stand_in: str) -> None:
    tags = item("Russia: FaceTime and Snapchat gone", f"Roskomnadzor said it had blocked {stand_in} on Thursday.")

    assert ("FaceTime", "Snapchat") == tags.apps
    assert all(name in e.quote for name in tags.apps for e in tags.evidence if e.supports == f"apps:{name}")


def test_a_platform_without_the_is_not_the_one_the_article_is_about() -> None:
    tags = item("Discord grows in Turkey", "A court blocked a betting platform on Thursday.")

    assert () == tags.apps


def test_of_a_sale_the_owners_government_acts_as_well_where_it_must_agree() -> None:
    headline = "Trump orders ByteDance to sell TikTok"
    both = item(headline, "China's commerce ministry said any sale needs its approval under new export rules.")

    assert ("US", "CN") == both.jurisdictions
    assert {"jurisdictions:US", "jurisdictions:CN"} <= {proof.supports for proof in both.evidence}
    assert ("US",) == item(headline, "The company's data might go to China, he said.").jurisdictions


def test_a_sale_needs_its_reason_in_the_headline_or_below() -> None:
    headline = "Oracle joins bid for TikTok"

    assert ("divestiture",) == item(headline, "TikTok must find a buyer under US law, the White House said.").measures
    assert () == item(headline, "TikTok had more users in the US than ever, the White House said.").topics


def test_a_particle_behind_the_name_belongs_to_the_verb() -> None:
    assert "in-force" == tag(Document(title="Turkey cuts Telegram off")).stage
    assert () == tag(Document(title="Turkey cuts taxes as Telegram shows off new tools")).topics


def test_a_licence_is_the_first_sellers_government_s_where_china_buys() -> None:
    tags = item("Nvidia chip gets green light for China", "The Commerce Department confirmed the licence on Friday.")

    assert (("US",), "settled") == (tags.jurisdictions, tags.stage)


def test_people_of_a_country_say_whose_court_it_is() -> None:
    assert ("BR",) == tag(Document(title="Brazilian judges vote to keep ban on Telegram")).jurisdictions


def test_phones_say_whose_they_are() -> None:
    tags = tag(Document(title="TikTok to be removed from French civil servants' phones"))

    assert (("FR",), ("government-device-ban",)) == (tags.jurisdictions, tags.measures)
