"""What goes and what must not: neighbours of the rules, and what holds for any text."""

import itertools
import pickle

from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.tidy import Cut, applied, tidy

STORY = [
    "The ministry of trade of Norland ordered stores to drop the chat app Pigeon on Monday.",
    "Pigeon had told the ministry in May that it would move its machines to Holmvik by winter.",
    "The app has two million users in Norland, most of them in the towns of the north.",
    "Judge Ida Lund will hear Pigeon and the ministry on the order in the second week of March.",
]
OTHER = [
    "A volcano on Sarn Island threw ash over nine villages, and families of Quilla fled by boat on Saturday.",
    "Scientists of the observatory had warned fishermen since Tuesday that the crater lake was warming.",
]


def reasons(*lines, title="Norland orders Pigeon out of the stores"):
    return [cut.reason for cut in tidy(title, "\n".join(lines)).cut]


class TestWhatStays:
    def test_a_clean_text_is_given_back_as_it_was(self):
        text = "  " + "\n\n".join(STORY) + "\n \n"
        assert (text, ()) == (tidy("", text).text, tidy("", text).cut)

    def test_a_sentence_that_speaks_of_newsletters_cookies_and_comments(self):
        lines = [
            "Sign up rates for newsletters fell by half after the order, a study of the university says.",
            "Cookies that follow users across sites are what the authority looks at first.",
            "Comments under the post were closed within an hour, several users said on Tuesday.",
            "Photo-sharing apps were told to share what they hold with the ministry.",
            "Produced by Redkite, the app came to Norland in 2018.",
            "Already a hit in the north, Pigeon has hardly any rivals there.",
            "Like the court, the ministry declined to comment.",
            "We will not sell Pigeon, its founder said on Friday.",
            "Try to open Pigeon in Holmvik and you will fail, users say.",
            "Register to vote by post, the ministry told users of Pigeon.",
            "Go to court, lawyers told the users on Monday.",
            "Use the app with care, the authority said.",
            "This content is illegal, the regulator said.",
            "Copyright law in Norland protects those who wrote Pigeon.",
            "To keep access to the market, Pigeon moved its machines.",
            "We rely on support from our allies, the minister said.",
            "Pigeon may not be published in the stores from Monday on.",
            "Start of the discussion in parliament is on Tuesday at ten.",
        ]
        assert [] == reasons(*STORY, *lines)

    def test_a_sentence_in_chinese_that_speaks_of_apps_and_accounts(self):
        lines = [
            "多国政府关注微信禁令对本国企业的影响。",
            "禁令生效后，用户不能再下载信鸽等App，已经安装的仍可以使用。",
            "用户需要扫描二维码，才能登录信鸽。",
            "微博的评论功能在周二晚间一度被关闭。",
            "会员协议写明，公司有权单方面变更付费内容。",
        ]
        assert [] == reasons(*lines, title="信鸽禁令引发关注")

    def test_a_list_that_a_paragraph_announces(self):
        points = ["More rights for users of chat apps", "A register of all stores", "Fines for those that hide updates"]
        assert [] == reasons(*STORY, "The bill asks three things:", *points)

    def test_a_timeline_within_the_story(self):
        assert [] == reasons(*STORY[:2], "3 March 2021", STORY[2], "9 March 2021", STORY[3])

    def test_a_paragraph_without_a_name_of_the_story(self):
        aside = "Chat services of that kind earn little, and most of what they earn comes from stickers and games."
        assert [] == reasons(
            *STORY, aside, "Advertisers prefer films, where people stay for longer and look less away."
        )

    def test_the_story_goes_on_behind_a_box(self):
        box = ["Sign up for our daily newsletter", "Enter your email address"]
        assert ["newsletter"] == reasons(*STORY[:3], *box, "Lawyers say that the case may last two years.", STORY[3])

    def test_a_digest_says_in_its_title_that_it_holds_several_stories(self):
        title = "Norland orders Pigeon out; volcano on Sarn Island; apples are dear"
        assert [] == reasons(*STORY, "(Coastal Wire) — " + OTHER[0], OTHER[1], title=title)

    def test_a_text_of_headlines_only_loses_its_furniture_only(self):
        lines = ["Ferry sails again", "Share on Facebook", "Choir of Tarn wins"]
        assert "Ferry sails again\nChoir of Tarn wins" == tidy("", "\n".join(lines)).text


class TestWithinAParagraph:
    def kept(self, *lines):
        return tidy("Norland orders Pigeon out", "\n".join([*lines, *STORY])).text.split("\n")[: len(lines)]

    def test_last_sentences_that_are_furniture_go(self):
        one = "The ministry wants Pigeon out of the stores by Monday."
        for dirt in (
            "Sign up for our daily newsletter.",
            "Read more: Loopa sues the ministry",
            "Click here to read the full order.",
        ):
            assert [one] == self.kept(f"{one} {dirt}")
        assert [one] == self.kept(f"{one} Subscribe now. Follow us on Telegram: @ledger")
        assert ["贸易部周一下令应用商店下架信鸽。"] == self.kept("贸易部周一下令应用商店下架信鸽。关注我们的公众号")

    def test_a_label_before_the_first_sentence_goes(self):
        one = "The ministry wants Pigeon out of the stores by Monday."
        assert [one] == self.kept(f"ADVERTISEMENT {one}")

    def test_last_sentences_of_a_story_stay(self):
        for last in (
            "Users must sign up again.",
            'He added: "Read it."',
            "Nobody left a comment.",
            "Share prices fell.",
        ):
            text = f"The ministry wants Pigeon out of the stores by Monday. {last}"
            assert [text] == self.kept(text)


class TestOtherStories:
    def test_one_below_an_end(self):
        assert ["source", "other-story"] == reasons(*STORY, "Source: Coastal Wire", *OTHER)

    def test_one_with_a_dateline(self):
        assert ["other-story"] == reasons(*STORY, "QUILLA, Sarn Island (Coastal Wire) — " + OTHER[0], OTHER[1])

    def test_one_with_a_headline(self):
        assert ["other-story"] == reasons(*STORY, "Volcano on Sarn Island drives families from villages", *OTHER)

    def test_what_speaks_of_the_story_again_is_no_other_one(self):
        more = "Pigeon and Judge Ida Lund met on Sarn Island, where families of Quilla had fled by boat."
        assert ["source"] == reasons(*STORY, "Source: Coastal Wire", more)


class TestTitle:
    def test_the_line_above_that_shares_most_with_the_story_is_the_headline(self):
        got = tidy("", "\n".join(["The Norland Ledger", "Norland orders Pigeon out of stores", *STORY]))
        assert ("Norland orders Pigeon out of stores", "\n".join(STORY)) == (got.title, got.text)

    def test_a_given_title_loses_the_name_of_the_site(self):
        got = tidy("Norland orders Pigeon out | Tarn Bay Courier", "\n".join(STORY))
        assert "Norland orders Pigeon out" == got.title
        assert (Cut("title", 25, " | Tarn Bay Courier", "site"),) == got.cut

    def test_a_dash_within_a_headline_stays(self):
        title = "Pigeon out of stores - and nobody knows for how long"
        assert title == tidy(title, "\n".join(STORY)).title

    def test_no_line_is_a_headline_when_none_stands_above(self):
        assert "" == tidy("", "\n".join(STORY)).title


class TestGluedWords:
    def fixed(self, text):
        return tidy("Norland looks at Redkite", f"{text} It is the third inquiry of the ministry this year.").text[
            : len(text) + 2
        ]

    def test_a_small_word_before_a_name_of_the_text(self):
        assert "The ministry looks at Redkite, and" in self.fixed(
            "The ministry looks atRedkite, and it asked the maker for papers."
        )

    def test_a_verb_before_a_company(self):
        assert "It warned Oakline Corp. of fines" in self.fixed(
            "It warnedOakline Corp. of fines that nobody has paid before."
        )

    def test_a_small_word_before_a_word_of_the_text(self):
        raw = "The order of the ministry is new, and the fines thatregulators want are old, said regulators."
        assert raw.replace("thatregulators", "that regulators") in self.fixed(raw)

    def test_names_that_begin_with_a_small_letter(self):
        for name in ("iPhone", "eBay", "macOS", "iCloud", "deviantArt", "YouTube", "TikTok", "adidas", "therapists"):
            raw = f"The ministry looks at {name}, and Phone, Bay, Cloud, Art and Tube are words of it, too."
            assert raw in tidy("", raw).text

    def test_a_spelling_that_stands_twice_is_a_name(self):
        raw = "The firm toRedkite and its rival Redkite met; what toRedkite paid is not known to anybody."
        assert raw == tidy("", raw).text


LINES = [*STORY, *OTHER, "Share on Facebook", "Latest news", "Related: more", "2 hours ago", "", "  ", "Source: Wire"]
LINES += [
    "By Ana Tell",
    "A headline of five words",
    "3 March 2021",
    "andPigeon Corp. told usPigeon",
    "\u2028",
    "相关阅读",
]
TEXTS = st.lists(st.sampled_from(LINES) | st.text(max_size=80), max_size=25).map("\n".join)


@given(TEXTS, st.sampled_from(["", "Norland orders Pigeon out | Courier"]))
@settings(max_examples=150, deadline=None)
def test_with_what_was_cut_put_back_every_raw_text_is_whole_again(text, title):
    got = tidy(title, text)
    for part, raw, tidied in (("title", title, got.title), ("text", text, got.text)):
        cuts = [cut for cut in got.cut if cut.part == part]
        if part == "text" or title:
            assert tidied == applied(raw, cuts)
        assert all(cut.text == raw[cut.start : cut.start + len(cut.text)] for cut in cuts)
        assert all(a.start + len(a.text) <= b.start for a, b in itertools.pairwise(cuts))


def test_it_can_be_sent_to_other_processes():
    got = tidy("", "\n".join(STORY))
    assert got == pickle.loads(pickle.dumps(got))
