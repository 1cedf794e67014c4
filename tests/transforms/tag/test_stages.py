"""Each sentence is a headline of our own; what it must come to says which trap it holds."""

import pytest

from transforms.tag import tag
from transforms.tags import Document

STAGES = [
    # --- plain reports
    ("India bans TikTok over security fears", "in-force", "TikTok", "IN"),
    ("Nepal blocks Telegram", "in-force", "Telegram", "NP"),
    ("TikTok banned in Albania", "in-force", "TikTok", "AL"),
    ("Telegram blocked by Vietnamese regulator", "in-force", "Telegram", "VN"),
    ("Kenya suspends Telegram during exams", "in-force", "Telegram", "KE"),
    ("Norway to ban TikTok from 2026", "announced", "TikTok", "NO"),
    ("Biden signs law to ban TikTok", "announced", "TikTok", "US"),
    ("US government orders ByteDance to divest TikTok", "announced", "TikTok", "US"),
    ("Commerce Department announces ban on WeChat", "announced", "WeChat", "US"),
    ("Australian regulator orders ban on Temu", "announced", "Temu", "AU"),
    ("Italian watchdog orders Apple and Google to remove DeepSeek from app stores", "announced", "DeepSeek", "IT"),
    ("TikTok goes dark in the United States", "in-force", "TikTok", "US"),
    ("Apple must remove Telegram from app stores in Vietnam, ministry says", "announced", "Telegram", "VN"),
    ("Apple told to remove Telegram from app stores, Vietnamese regulator says", "announced", "Telegram", "VN"),
    ("Apple must remove TikTok from app stores, US senator says", "threatened", "TikTok", "US"),
    # --- courts and other bodies that stop it
    ("Judge blocks US ban on WeChat", "halted", "WeChat", "US"),
    ("Federal judge halts Trump's TikTok ban", "halted", "TikTok", "US"),
    ("US court strikes down TikTok ban", "halted", "TikTok", "US"),
    ("Montana's TikTok ban blocked by federal judge", "halted", "TikTok", "US-MT"),
    ("Court suspends ban on Telegram in Brazil", "halted", "Telegram", "BR"),
    ("Brazilian court overturns ban on Telegram", "halted", "Telegram", "BR"),
    ("Judge stops US government from banning WeChat downloads", "halted", "WeChat", "US"),
    # --- let stand
    ("US Supreme Court upholds TikTok ban", "upheld", "TikTok", "US"),
    ("Supreme Court refuses to block US TikTok ban", "upheld", "TikTok", "US"),
    ("Appeals court rejects TikTok challenge to US ban", "upheld", "TikTok", "US"),
    # --- put off
    ("Trump delays TikTok ban by 75 days", "delayed", "TikTok", "US"),
    ("Commerce Department postpones TikTok ban", "delayed", "TikTok", "US"),
    ("Trump extends TikTok deadline again", "delayed", "TikTok", "US"),
    # --- taken back
    ("Nepal lifts ban on TikTok", "lifted", "TikTok", "NP"),
    ("Biden revokes Trump's TikTok ban", "lifted", "TikTok", "US"),
    ("Iran lifts ban on WhatsApp", "lifted", "WhatsApp", "IR"),
    ("Pakistan unblocks Wikipedia", "lifted", "Wikipedia", "PK"),
    # --- asked of somebody
    ("Senators introduce bill to ban TikTok in US", "proposed", "TikTok", "US"),
    ("US House passes bill that would ban TikTok", "proposed", "TikTok", "US"),
    ("Justice Department asks court to allow WeChat ban", "proposed", "WeChat", "US"),
    ("TikTok asks US judge to block ban", "proposed", "TikTok", "US"),
    ("Germany asks Apple to remove DeepSeek from app store", "proposed", "DeepSeek", "DE"),
    # --- talk
    ("Malaysia considers banning Telegram", "threatened", "Telegram", "MY"),
    ("Trump threatens to ban TikTok", "threatened", "TikTok", "US"),
    ("UK could ban TikTok, minister says", "threatened", "TikTok", "GB"),
    ("EU may ban Temu", "threatened", "Temu", "EU"),
    ("Kremlin warns it may block WhatsApp", "threatened", "WhatsApp", "RU"),
    ("Lawmakers urge Biden to ban TikTok", "threatened", "TikTok", "US"),
    ("Turkey mulls ban on Roblox", "threatened", "Roblox", "TR"),
    ("Is the US government about to decide whether to ban TikTok?", "threatened", "TikTok", "US"),
    ("What happens if Britain bans TikTok", "threatened", "TikTok", "GB"),
    ("Judge Moraes threatens to block Rumble in Brazil", "threatened", "Rumble", "BR"),
    ("Denmark wants to ban TikTok for children under 15", "threatened", "TikTok", "DK"),
    # --- two measures or two countries in one sentence
    ("TikTok ban: Trump extends deadline for third time", "delayed", "TikTok", "US"),
    ("Montana becomes first US state to ban TikTok", "announced", "TikTok", "US-MT"),
    ("Montana governor signs TikTok ban into law", "announced", "TikTok", "US-MT"),
    ("Judge rules Montana cannot ban TikTok", "halted", "TikTok", "US-MT"),
    ("Trump signs executive order delaying TikTok ban", "delayed", "TikTok", "US"),
    ("TikTok loses bid to delay US ban", "upheld", "TikTok", "US"),
    ("House votes to force ByteDance to sell TikTok", "proposed", "TikTok", "US"),
    ("Nepal bans Facebook, X and YouTube", "in-force", "Facebook", "NP"),
    ("Brazil lifts X ban after Musk pays fines", "lifted", "X", "BR"),
    # --- a government acts through a company
    ("Apple pulls WhatsApp from China App Store at Beijing's request", "in-force", "WhatsApp", "CN"),
    # --- ended by a deal
    ("Trump approves deal for TikTok sale to Oracle", "settled", "TikTok", "US"),
    # --- on the devices of the state
    ("Canada bans TikTok on government devices", "in-force", "TikTok", "CA"),
    ("Texas governor bans TikTok on state devices", "in-force", "TikTok", "US-TX"),
]


@pytest.mark.parametrize(("headline", "stage", "app", "jurisdiction"), STAGES)
def test_a_headline_gives_stage_app_and_jurisdiction(headline: str, stage: str, app: str, jurisdiction: str) -> None:
    tags = tag(Document(title=headline, date="2025-03-12", language="en"))

    assert "app-ban" in tags.topics
    assert stage == tags.stage
    assert app == tags.apps[0]
    assert jurisdiction in tags.jurisdictions


COMPANIES = [
    ("US adds Huawei to entity list", "Huawei", "entity-listing", "US"),
    ("Commerce Department blacklists SMIC", "SMIC", "entity-listing", "US"),
    ("Sweden bans Huawei from 5G network", "Huawei", "procurement-ban", "SE"),
    ("FCC bans new Huawei and ZTE equipment", "Huawei", "procurement-ban", "US"),
    ("China bans Micron chips in key infrastructure", "Micron", "procurement-ban", "CN"),
    ("UK orders removal of Huawei from 5G network by 2027", "Huawei", "procurement-ban", "GB"),
    ("Germany to phase out Huawei from 5G", "Huawei", "procurement-ban", "DE"),
    ("Pentagon adds Tencent and CATL to list of Chinese military companies", "Tencent", "entity-listing", "US"),
    ("Court blocks Pentagon blacklisting of Xiaomi", "Xiaomi", "entity-listing", "US"),
    ("US allows Nvidia to sell H200 chips to China", "Nvidia", "export-control", "US"),
    ("China launches antitrust probe into Nvidia", "Nvidia", "investigation", "CN"),
    ("Netherlands seizes control of Nexperia", "Nexperia", "investment-screening", "NL"),
    ("FCC revokes China Telecom's US licence", "China Telecom", "ban", "US"),
    ("US tightens export controls on Nvidia chips to China", "Nvidia", "export-control", "US"),
    ("China adds Skyworks to unreliable entity list", "Skyworks", "entity-listing", "CN"),
]


@pytest.mark.parametrize(("headline", "company", "measure", "jurisdiction"), COMPANIES)
def test_a_headline_about_technology_names_company_and_measure(
    headline: str, company: str, measure: str, jurisdiction: str
) -> None:
    tags = tag(Document(title=headline, date="2025-03-12", language="en"))

    assert "us-china-tech" in tags.topics
    assert company in tags.companies
    assert measure in tags.measures
    assert (jurisdiction,) == tags.jurisdictions


UNNAMED = [
    ("US tightens chip export curbs on China", "us-china-tech", "US", "announced"),
    ("Commerce Department eases export controls on chips to China", "us-china-tech", "US", "lifted"),
    ("China bans exports of gallium and germanium to US", "us-china-tech", "CN", "announced"),
    ("Chinese firms evade US chip export controls", "us-china-tech", "US", "violated"),
    ("Pakistan blocks VPNs without licence", "app-ban", "PK", "in-force"),
    ("Nepal reverses social media ban after deadly protests", "app-ban", "NP", "lifted"),
    ("Australia passes law banning under-16s from social media", "app-ban", "AU", "announced"),
    ("Jordan blocks 12 news websites", "app-ban", "JO", "in-force"),
]


@pytest.mark.parametrize(("headline", "topic", "jurisdiction", "stage"), UNNAMED)
def test_a_measure_on_goods_needs_no_name(headline: str, topic: str, jurisdiction: str, stage: str) -> None:
    tags = tag(Document(title=headline, date="2025-03-12", language="en"))

    assert topic in tags.topics
    assert (jurisdiction, stage) == (tags.jurisdictions[0], tags.stage)
    assert () == tags.apps


def test_a_court_of_no_named_country_leaves_the_jurisdiction_open() -> None:
    tags = tag(Document(title="Supreme Court clears way for TikTok ban", language="en"))

    assert (("app-ban",), "upheld", ()) == (tags.topics, tags.stage, tags.jurisdictions)


STATUSES = [
    ("Judge blocks US ban on WeChat", "halted"),
    ("Trump delays TikTok ban by 75 days", "postponed"),
    ("Nepal lifts ban on TikTok", "ended"),
    ("US Supreme Court upholds TikTok ban", "in-force"),
    ("Malaysia considers banning Telegram", "pending"),
    ("Trump asks judge to stay injunction against WeChat ban", "halted"),
    ("Nepal blocks Telegram", "in-force"),
]


@pytest.mark.parametrize(("headline", "status"), STATUSES)
def test_the_status_says_where_the_measure_stands_afterwards(headline: str, status: str) -> None:
    assert status == tag(Document(title=headline, language="en")).status
