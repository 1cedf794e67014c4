"""What reading Chinese needs beyond words: whose act it is, where an article begins, what a day tells."""

import pytest

from transforms.tag import tag
from transforms.tags import Document, Tags

MENU = "首页\n快讯\n政策法规\n每日发布专业的安全资讯，欢迎订阅本站的各个频道。\n" + "栏目\n" * 20


def read(title: str, text: str = "", date: str = "2025-06-10") -> Tags:
    return tag(Document(title=title, text=text, date=date))


def test_an_article_begins_behind_its_own_headline_where_a_menu_stands_above_it() -> None:
    title = "美国封杀中兴、海康威视等公司的摄像头"
    lead = "美国联邦通信委员会周一表示，今后在全国封杀华为和中兴这两家公司的路由器。"
    tags = read(title, f"{MENU}{title}\n关注\n{lead}")

    assert "Huawei" in tags.actions[0].companies
    assert "Huawei" not in read(title, f"{MENU}{lead}").actions[0].companies


def test_a_headline_that_stands_again_below_its_article_moves_nothing() -> None:
    title = "美国TikTok禁令风波"
    text = "美国上诉法院周五驳回公司的请求，维持TikTok禁令。公司表示失望。用户不知所措。商家担心生意。律师准备上诉。"

    assert read(title, f"{text}\n{title}\n分享").stage == "upheld"


def test_a_teaser_in_the_menu_above_an_article_is_no_news() -> None:
    title, teaser = "华为发布新款折叠手机", "热点：美国商务部宣布，将华为列入实体清单，即日起生效。\n"
    text = "华为周二在深圳发布新款折叠手机，起售价一万九千元，首批备货已售罄。"

    assert not read(title, f"首页\n{teaser}{title}\n{text}").topics


def test_a_list_that_is_not_open_takes_no_further_company_from_the_text() -> None:
    tags = read("美国封杀中兴的路由器", "美国联邦通信委员会周一表示，今后在全国封杀华为和中兴这两家公司的路由器。")

    assert tags.actions[0].companies == ("ZTE",)


def test_who_did_what_a_passive_headline_tells_stands_in_the_text() -> None:
    assert read("英特尔处理器被限制在华出售", "国家网信办发布公告，要求运营者停止采购。").jurisdictions == ("CN",)
    assert not read("英特尔处理器被限制在华出售", "公司没有说明原因。").topics


@pytest.mark.parametrize(
    ("title", "jurisdictions"),
    [("官方要求各厂停止采购英伟达芯片", ("CN",)), ("官方要求各廠停止採購輝達晶片", ())],
    ids=["simplified", "traditional"],
)
def test_a_government_without_a_name_is_beijing_in_simplified_characters_only(
    title: str, jurisdictions: tuple[str, ...]
) -> None:
    assert read(title, "知情人士说，各公司已接到通知。").jurisdictions == jurisdictions


@pytest.mark.parametrize(("date", "stage"), [("2025-06-10", "announced"), ("2025-07-20", "in-force")])
def test_the_day_in_a_sentence_tells_whether_a_measure_has_come(date: str, stage: str) -> None:
    assert read("荷兰光刻机出口管制7月1日起实施，影响阿斯麦对中国供货", date=date).stage == stage


def test_a_headline_that_only_names_the_measure_leaves_the_stage_to_the_first_sentence() -> None:
    text = "美国上诉法院周五驳回公司的请求，维持TikTok禁令。"

    assert read("美国TikTok禁令风波").stage == "announced"
    assert read("美国TikTok禁令风波", text).stage == "upheld"


def test_a_headline_that_is_a_phrase_leaves_the_news_to_the_first_sentence_of_a_short_text() -> None:
    first = "台湾行政院宣布公务机关禁用DeepSeek。"

    assert read("难以退让的红线", first).topics == ("app-ban",)
    assert not read("难以退让的红线", first + "天气转凉，市场买气回升。" * 20).topics
    assert not read("市场买气回升", "天气转凉。" + "摊商表示生意好转，民众出门采买年货。" * 6 + first).topics


@pytest.mark.parametrize("words", ["半年内", "三年内", "两年内"])
def test_a_span_of_years_is_no_end_of_this_one(words: str) -> None:
    tags = read(f"美国要求字节跳动{words}剥离TikTok", f"美国总统签署法律，要求字节跳动{words}剥离TikTok。")

    assert "2025-12-31" not in {date.date for date in tags.dates}


def test_the_end_of_this_year_is_still_read() -> None:
    tags = read("英国要求运营商年内拆除华为5G设备", "英国政府宣布，运营商须在年内拆除华为5G设备。")

    assert "2025-12-31" in {date.date for date in tags.dates}
