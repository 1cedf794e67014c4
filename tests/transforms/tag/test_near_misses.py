"""What looks like the beat and is not: other bans, other doers, other news, other languages."""

import pytest

from transforms.tag import explain, tag
from transforms.tags import Document

NEAR_MISSES = [
    # --- bans on something else
    "Judge blocks Trump travel ban",
    "Senate votes to ban assault weapons",
    "California bans plastic bags",
    "US court blocks Texas abortion ban",
    "France bans smoking on beaches",
    "Supreme Court upholds ban on bump stocks, TikTok video shows reaction",
    "EU bans imports of Russian oil",
    "Government bans crypto advertising",
    # --- a company acts
    "Twitter bans political ads",
    "Facebook bans Alex Jones and other users",
    "YouTube blocks videos about vaccines",
    "Apple removes fitness app from App Store",
    "TikTok bans weight-loss ads",
    "Reddit bans several communities",
    "Meta blocks news in its apps as talks fail",
    "Google blocks ad blockers in Chrome",
    "Twitter suspends account of journalist",
    "Apple must remove Telegram from app stores in Vietnam, rival says",
    "Apple must remove Telegram from app stores, analyst in Vietnam says",
    "Apple removes Telegram from app stores, developer in Vietnam says",
    "Telegram removes channels spreading hate",
    "Amazon bans employees from using ChatGPT at work",
    "Twitch streamer banned from platform for a week",
    "Trump banned from Twitter",
    "Donald Trump returns after Facebook ban",
    "Why Facebook should not ban satire",
    "Facebook says its new policy that bans denial does not apply to others",
    "Advertisers ban together against Facebook",
    "Charity criticises Facebook for shutting down the accounts of researchers",
    "FTC sues TikTok over child privacy",
    "TikTok fined in Ireland over data transfers to China",
    "Song banned on China platforms after singer's remark",
    # --- house rules
    "School bans TikTok on campus wifi",
    "University blocks social media during exams",
    "Football club bans players from Instagram",
    "Bank bans staff from using WhatsApp",
    # --- sport
    "Striker banned from the league for three matches",
    "FIFA bans player over video on TikTok",
    # --- technical
    "Firefox now blocks Facebook trackers",
    "Microsoft Defender blocks malware in Teams",
    "Cloudflare blocks largest DDoS attack on record",
    # --- product news, markets, outages
    "TikTok launches new editing tools",
    "Huawei unveils new phone in Shanghai",
    "Nvidia shares rise after strong earnings",
    "WhatsApp is down for users in Europe",
    "Tencent profit beats forecasts",
    "How to unblock someone on Instagram",
    "Ray-Ban maker and Facebook launch smart glasses",
    # --- piracy
    "Court orders providers to block pirate sites",
    "Internet providers must block piracy websites, court rules",
    # --- the word means something else
    "Ban Ki-moon joins X",
    "Gay bar owner thanks Facebook fans",
    "Police block road after crash, video on TikTok shows",
]


@pytest.mark.parametrize("headline", NEAR_MISSES)
def test_a_near_miss_is_off_the_beat(headline: str) -> None:
    tags = tag(Document(title=headline, date="2025-03-12", language="en"))

    assert () == tags.topics
    assert () == tags.actions
    assert () == tags.evidence


FOREIGN = [
    "El gobierno de España estudia el ban de TikTok para los menores, pero la ministra no dijo cuándo será la ley",
    "Der TikTok Ban in den USA ist nicht mit der Verfassung vereinbar und das Gericht hat die Klage von den Nutzern",
    "Le gouvernement dans les pays du Golfe: le ban de TikTok est pour la jeunesse une question de liberté",
    "アメリカ政府は TikTok の禁止を発表し、裁判所は来週判断を示すと述べた",
    "De rechter in de VS: een TikTok ban is in strijd met de grondwet van het land en komt er voorlopig niet",
]


@pytest.mark.parametrize("text", FOREIGN)
def test_a_language_without_rules_is_off_the_beat(text: str) -> None:
    assert () == tag(Document(title="", text=text)).topics


BODIES = [
    "A cookbook author has filled a stadium. Among the guests were people who recall that India banned TikTok in 2020.",
    "The band released its third album on Friday. Fans had feared delays. The tour begins in May. The singer is active "
    "on TikTok. Tickets are on sale. In a footnote the biography mentions that the US considered a TikTok ban.",
]


@pytest.mark.parametrize("text", BODIES)
def test_a_passing_mention_is_not_the_news(text: str) -> None:
    tags = tag(Document(title="A quiet evening with a famous guest", text=text, date="2025-03-12", language="en"))

    assert () == tags.topics


def test_why_not_names_the_doer_that_is_no_public_body() -> None:
    explanation = explain(Document(title="Apple bans WeChat in China", language="en"))

    assert () == explanation.topics
    assert any("not a public body" in finding.why_not for finding in explanation.findings)
