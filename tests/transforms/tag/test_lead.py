"""What the sentences under a headline add to it: furniture, who makes a company act, when it takes effect."""

from transforms.tag import tag
from transforms.tags import Document, Tags


def about(title: str, text: str, date: str = "2025-06-11") -> Tags:
    return tag(Document(title=title, text=text, date=date))


FURNITURE = "By A. Writer\nPublished June 11, 2025\nShare this story\nPhoto: a phone\nSections: World, Technology\n"
REPORT = (
    "India's government ordered a block of Telegram on Tuesday. The ministry said that Telegram had ignored it. "
    "The block of Telegram in India is to last a month. Users of Telegram in India complained.\n"
)


def test_bylines_and_captions_are_no_first_sentences() -> None:
    tags = about("Telegram and its troubles", FURNITURE * 2 + REPORT)

    assert ("app-ban",) == tags.topics


def test_what_stands_deep_in_a_long_article_stays_a_passing_mention() -> None:
    talk = "The founder spoke about his youth for an hour. " * 20

    assert () == about("Telegram and its troubles", talk + REPORT).topics


def test_a_company_acts_for_a_government_that_the_lead_names() -> None:
    lead = (
        "TikTok told its American users that it was closing.\nA law signed by President Biden bans the app in the US."
    )

    assert ("US",) == about("TikTok closes: TikTok shuts down US service", lead).jurisdictions


def test_without_a_government_below_a_company_acts_by_itself() -> None:
    assert (
        () == about("Huawei to stop selling chips to Chinese customers", "The firm wants to make cars instead.").topics
    )


def test_apps_that_the_lead_adds_are_hit_as_well() -> None:
    lead = "India banned TikTok on Monday. It banned CapCut as well, which ByteDance owns, too."

    assert ("TikTok", "CapCut") == about("India bans TikTok", lead).apps


def test_apps_of_an_earlier_ban_are_not_added() -> None:
    lead = "India banned TikTok on Monday. Last year it banned CapCut, which ByteDance owns, too."

    assert ("TikTok",) == about("India bans TikTok", lead).apps


def test_the_lead_says_when_what_the_headline_reports_takes_effect() -> None:
    lead = "The ban of Huawei equipment in Sweden will take effect in January 2026, the regulator said."

    assert "announced" == about("Sweden bans Huawei", lead).stage
    assert "in-force" == about("Sweden bans Huawei", "Sweden's ban on Huawei came into force at midnight.").stage


def test_another_targets_date_of_effect_is_left_to_it() -> None:
    lead = "Sweden banned Huawei. Norway's ban on ZTE came into force at midnight."

    assert "announced" == about("Sweden bans Huawei", lead).stage


def test_a_licence_says_that_the_company_is_on_a_list() -> None:
    text = "The US gave Intel an export licence for Huawei. Huawei was put on the US entity list in 2019."

    assert ("export-control", "entity-listing") == about("US grants export licence for Huawei", text).measures


def test_curbs_with_a_name_of_their_own_are_not_called_a_ban_beside_it() -> None:
    text = "The US added Huawei to its entity list. Many call it the Huawei ban. The Huawei ban cost US firms billions."

    assert ("entity-listing",) == about("US adds Huawei to entity list", text).measures


def test_a_short_article_is_about_what_its_headline_names() -> None:
    text = (
        "The Dutch government curbs exports of ASML tools to China. "
        "The Dutch trade minister said that ASML exports to China need a licence."
    )

    assert ("us-china-tech",) == about("The trouble with ASML", text).topics


def test_one_sentence_in_a_short_article_does_not_make_it_one() -> None:
    text = (
        "ASML sold more machines than ever. Its head praised the staff. The Dutch government curbs exports of "
        "ASML tools to China. Shares rose. Analysts expect more growth. The firm will build a hall. "
        "It pays a dividend in May. Its rivals fell behind. The town is glad."
    )

    assert () == about("The boom at ASML", text).topics
