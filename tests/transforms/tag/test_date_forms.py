"""Forms of dates beside an action: periods, parts of a year, ranges, and what is no date of it."""

import pytest

from transforms.tag import tag
from transforms.tags import Document

READ = [
    ("India banned TikTok on Monday and gave the company 30 days to leave.", "2025-06-25", "deadline"),
    ("India banned TikTok on Monday. The order tells TikTok to leave within ten days.", "2025-06-05", "deadline"),
    ("India banned TikTok; the order must be carried out within sixty days.", "2025-07", "deadline"),
    ("The ban in India takes effect on March 1 next year.", "2026-03-01", "effective"),
    ("The ban in India takes effect next year.", "2026", "effective"),
    ("India must enforce its ban on TikTok by the end of August.", "2025-08", "deadline"),
    ("India must enforce its ban on TikTok by the end of the year.", "2025-12-31", "deadline"),
    ("India will ban TikTok as early as July 4.", "2025-07-04", "effective"),
    ("India announced that it would ban TikTok on July 4.", "2025-07-04", "effective"),
    ("India will ban TikTok from July 4 to August 4.", "2025-08-04", "deadline"),
    ("India will ban TikTok by next Friday, June 27.", "2025-06-27", "deadline"),
    (
        "India will ban TikTok.\nIn an announcement on Friday, the ministry named spying as its reason.",
        "2025-05-30",
        "announced",
    ),
]


@pytest.mark.parametrize(("text", "day", "role"), READ)
def test_a_form_is_resolved_against_the_articles_day(text: str, day: str, role: str) -> None:
    tags = tag(Document(title="India bans TikTok", text=text, date="2025-06-01", language="en"))

    assert (day, role) in [(date.date, date.role) for date in tags.dates]


CHINESE = [
    ("禁令将于明年1月1日生效。", "2026-01-01", "effective"),
    ("禁令将于10月生效。", "2025-10", "effective"),
    ("该公司须在年底前退出，否则禁令生效。", "2025-12-31", "deadline"),
    ("印度周一封禁TikTok，该命令要求其在30天内退出。", "2025-06-25", "deadline"),
    ("6月10日上午9时起，印度封禁TikTok。", "2025-06-10", "effective"),
    ("印度政府须在下周五前执行对TikTok的禁令。", "2025-06-06", "deadline"),
]


@pytest.mark.parametrize(("text", "day", "role"), CHINESE)
def test_chinese_forms_are_resolved_as_well(text: str, day: str, role: str) -> None:
    tags = tag(Document(title="印度封禁TikTok", text=text, date="2025-05-28", language="zh"))

    assert (day, role) in [(date.date, date.role) for date in tags.dates]


NONE = [
    "India banned TikTok, which took 60 days to build a new app.",
    "India may ban TikTok within 60 days if the bill passes.",
    "India banned TikTok, the paper reported Wednesday.",
    "India bans TikTok, adding it to the 59 apps already banned last March.",
]


@pytest.mark.parametrize("text", NONE)
def test_what_only_looks_like_a_date_of_the_action_is_left_out(text: str) -> None:
    title = "India may ban TikTok" if "may" in text else "India bans TikTok"
    tags = tag(Document(title=title, text=text, date="2025-11-26", language="en"))

    assert () == tags.dates
