"""Short articles of our own: several actions, main news against background, a date on the right app."""

import pytest

from transforms.tag import tag
from transforms.tags import Action, Document, Tags

INJUNCTION = Document(
    title="Judge blocks US ban on WeChat",
    text=(
        "A federal judge in California on Tuesday blocked the US government's ban on WeChat, the messaging app owned "
        "by Tencent.\n"
        "The Commerce Department had ordered the ban last month.\n"
        "The department said TikTok, owned by ByteDance, could still be banned in the US as of Nov. 12 if no deal is "
        "signed, and postponed its ban on TikTok downloads.\n"
        "India banned WeChat in 2018."
    ),
    date="2024-10-16",
    language="en",
)


def action_about(tags: Tags, app: str) -> Action:
    return next(action for action in tags.actions if app in action.apps)


def test_the_main_action_comes_first_and_is_the_only_main_one() -> None:
    tags = tag(INJUNCTION)

    assert ("WeChat",) == tags.actions[0].apps
    assert [True] + [False] * (len(tags.actions) - 1) == [action.main for action in tags.actions]


def test_the_stage_of_one_app_does_not_land_on_another() -> None:
    tags = tag(INJUNCTION)

    assert "halted" == action_about(tags, "WeChat").stage
    assert "halted" != action_about(tags, "TikTok").stage


def test_the_date_of_one_app_does_not_land_on_another() -> None:
    tags = tag(INJUNCTION)

    assert "2024-11-12" in {date.date for date in action_about(tags, "TikTok").dates}
    assert "2024-11-12" not in {date.date for date in action_about(tags, "WeChat").dates}


def test_owners_that_the_article_names_are_targets_too() -> None:
    tags = tag(INJUNCTION)

    assert ("Tencent",) == action_about(tags, "WeChat").companies
    assert ("ByteDance",) == action_about(tags, "TikTok").companies


def test_an_owner_that_the_article_does_not_name_is_not_added() -> None:
    assert () == tag(Document(title="India bans TikTok", language="en")).companies


def test_the_actor_is_named_as_written_with_its_kind() -> None:
    actor = tag(INJUNCTION).actions[0].actor

    assert actor is not None
    assert "court" == actor.kind
    assert "judge" in actor.name.lower()


def test_history_is_no_action_of_its_own() -> None:
    assert ("US",) == tag(INJUNCTION).jurisdictions


def test_flat_lists_are_unions_with_the_main_action_first() -> None:
    tags = tag(INJUNCTION)

    assert ("WeChat", "TikTok") == tags.apps
    assert tags.actions[0].stage == tags.stage
    assert tags.actions[0].status == tags.status


def test_an_article_without_a_headline_is_read_by_its_first_sentence() -> None:
    tags = tag(Document(text=INJUNCTION.text, date=INJUNCTION.date, language="en"))

    assert "halted" == tags.stage
    assert ("WeChat",) == tags.actions[0].apps


def test_the_feeds_own_words_suffice() -> None:
    tags = tag(Document(title="Nepal blocks Telegram", summary="Regulator cites fraud.", language="en"), basis="feed")

    assert ("app-ban",) == tags.topics
    assert "feed" == tags.basis


def test_a_list_of_links_below_the_headline_changes_nothing() -> None:
    links = "\n".join(f"Story {number}: how to remove apps and block trackers" for number in range(40))
    tags = tag(Document(title="Australia bans Temu", text=links, language="en"))

    assert (("Temu",), ("AU",)) == (tags.apps, tags.jurisdictions)


def test_a_motion_while_a_courts_halt_stands_leaves_the_measure_halted() -> None:
    tags = tag(
        Document(
            title="Justice Department seeks immediate ban on WeChat in US",
            text=(
                "The department asked for a ban on WeChat on Friday. "
                "Last week a judge agreed to delay the US ban on WeChat."
            ),
            date="2024-10-16",
            language="en",
        )
    )

    assert ("proposed", "halted") == (tags.stage, tags.status)


@pytest.mark.parametrize(
    ("title", "measures"),
    [
        ("Canada bans TikTok on government devices", ("government-device-ban",)),
        ("US forces sale of TikTok", ("divestiture",)),
        ("Italy orders Apple to remove DeepSeek from app store", ("app-store-removal",)),
        ("Sweden bans Huawei from 5G network", ("procurement-ban",)),
        ("Russia throttles YouTube", ("block",)),
    ],
)
def test_the_measure_is_the_narrowest_that_the_words_say(title: str, measures: tuple[str, ...]) -> None:
    assert measures == tag(Document(title=title, language="en")).measures


def test_a_law_that_bars_children_is_a_ban_without_a_named_app() -> None:
    tags = tag(Document(title="France to ban children from social media", language="en"))

    assert (("app-ban",), (), ("FR",), "announced") == (tags.topics, tags.apps, tags.jurisdictions, tags.stage)


def test_an_allys_measure_on_a_chinese_app_is_no_us_china_news() -> None:
    assert ("app-ban",) == tag(Document(title="India bans TikTok", language="en")).topics


def test_an_allys_measure_on_chinese_telecom_is() -> None:
    assert ("us-china-tech",) == tag(Document(title="Sweden bans Huawei from 5G network", language="en")).topics


def test_apps_are_taken_from_the_sentence_that_lists_them() -> None:
    text = (
        "Ruritania's communications ministry has banned six messaging apps. The banned apps include Viber, Threema and "
        "Signal, the encrypted messenger. Facebook and Instagram were blocked there years ago."
    )

    tags = tag(Document(title="Turkey bans six messaging apps", text=text.replace("Ruritania", "Turkey")))

    assert ("Viber", "Threema", "Signal") == tags.apps


def test_a_list_of_an_earlier_ban_names_no_targets() -> None:
    text = "India has banned 54 more Chinese apps. It already banned 59 others, including TikTok and WeChat, in June."

    tags = tag(Document(title="India bans 54 more Chinese apps", text=text, date="2020-09-02"))

    assert "TikTok" not in tags.apps


def test_a_company_that_stops_under_a_measure_reports_the_measure() -> None:
    text = (
        "Google has halted business with Huawei that needs the transfer of software. The US Commerce Department added "
        "Huawei to its entity list last week, which bars American firms from supplying it."
    )

    tags = tag(Document(title="Google halts business with Huawei", text=text))

    assert (("us-china-tech",), ("Huawei",)) == (tags.topics, tags.companies)


def test_a_company_that_stops_of_itself_reports_no_measure() -> None:
    text = "Google has halted work with Huawei on a smart speaker. The two companies cited weak demand."

    assert () == tag(Document(title="Google halts speaker plans with Huawei", text=text)).topics


def test_the_end_of_a_year_and_the_next_month_are_dates() -> None:
    text = "Germany will ban Huawei from its 5G networks by the end of 2026. The rule takes effect next month."

    tags = tag(Document(title="Germany to ban Huawei from 5G", text=text, date="2024-07-15"))

    assert {"2026-12-31", "2024-08"} <= {date.date for date in tags.dates}
