"""What stands in an article's place is told from articles, those about it included."""

import pytest

from transforms.errors import Blocked, ConfigError
from transforms.extract import article_or_ending, article_or_failure, extract_article
from transforms.extract.blocked import parse, redirected_to
from transforms.records import Entry, Page

URL = "https://wire.example/2026/ban"
STORY = "".join(
    f"<p>The company's new check number {n} asks readers to enable JavaScript and cookies, to solve a captcha and to"
    " log in, and critics say that it keeps out those who use screen readers and old phones alike.</p>"
    for n in range(14)
)
LD = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "x"}</script>'


def page(body, title="", head="", url=URL):
    data = f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()
    return Page(requested=URL, url=url, status=200, content_type="text/html", body=data, fetched="2026-01-31T10:00:00Z")


CHALLENGES = {
    "Cloudflare": page("<noscript>Enable it</noscript><script>window._cf_chl_opt={}</script>", "Just a moment..."),
    "Cloudflare, in French": page("<h1>wire.example</h1>", "Un instant…", "<script>window._cf_chl_opt = {};</script>"),
    "DataDome": page(
        "<p>Please enable JS</p><script src='https://ct.captcha-delivery.com/c.js'></script>", "wire.example"
    ),
    "HUMAN": page('<h1>Before we continue...</h1><div id="px-captcha"></div>', "Access to this page has been denied"),
    "Imperva": page('<iframe id="main-iframe" src="/_Incapsula_Resource?CWUDNSAI=9">Request unsuccessful</iframe>'),
    "Imperva's script": page("", head='<script src="/_Incapsula_Resource?SWJIYLWA=5074"></script>'),
    "Akamai": page("<h1>Access Denied</h1>Reference #18 https://errors.edgesuite.net/18", "Access Denied"),
    "AWS": page('<div id="challenge-container"></div><script>window.gokuProps = {}</script>'),
    "Anubis": page("<h1>Making sure you're not a bot!</h1><p>Loading...</p>", "Making sure you&#39;re not a bot!"),
    "a captcha": page('<h1>Unusual traffic from your network</h1><div class="g-recaptcha"></div>'),
    "Chinese": page("<p>请完成验证</p>", "安全验证"),
}
LASTING = {
    "a consent page": (
        page(
            "<h1>Before you continue</h1><form action='/consent/save'><p>We and 842 partners</p></form>" + STORY[:900]
        ),
        "a consent page",
    ),
    "a consent page in German": (
        page(
            "<p>Wir und 100 Partner</p><script src='https://cdn.privacy-mgmt.com/x.js'></script>", "Ihre Privatsphäre"
        ),
        "a consent page",
    ),
    "a log-in": (page('<form><input type="password"></form><p>Forgot it?</p>', "Log in - Wire"), "a login page"),
    "an application": (page("<div id=root></div><script src=/app.js></script>", "Wire"), "the page wants JavaScript"),
    "a demand": (page("<p>Please enable JavaScript to continue.</p>", "Wire"), "the page wants JavaScript"),
    "a refusal": (page("<h1>403 Forbidden</h1>nginx", "403 Forbidden"), "access denied with status 200"),
}
PASSING = {
    "not found": (page("<h1>Page not found</h1>" + STORY[:1200], "Page not found | Wire"), "a page that is not there"),
    "not found in Spanish": (page("<h1>Página no encontrada</h1>", "Diario"), "a page that is not there"),
    "an error": (page("<h1>502 Bad Gateway</h1>nginx", "502 Bad Gateway"), "an error page"),
    "maintenance": (page("<p>Come back later.</p>", "Under maintenance - Wire"), "an error page"),
}


@pytest.mark.parametrize("name", CHALLENGES)
def test_a_challenge_is_no_article_and_may_be_passed_later(name):
    with pytest.raises(Blocked, match="a challenge page") as caught:
        extract_article(CHALLENGES[name], None)
    assert ("fetch-failed", True) == (caught.value.outcome, caught.value.may_heal)


@pytest.mark.parametrize("name", LASTING)
def test_what_every_visit_without_cookies_is_shown_is_not_asked_for_again(name):
    shown, reason = LASTING[name]
    got = article_or_failure(shown, None)
    assert (Blocked, reason, False) == (type(got), got.reason, got.may_heal)


@pytest.mark.parametrize("name", PASSING)
def test_an_error_with_status_200_may_heal_and_says_no_article_is_gone(name):
    shown, reason = PASSING[name]
    got = article_or_failure(shown, None)
    assert (Blocked, True, True, None) == (type(got), got.reason.startswith(reason), got.may_heal, got.status)


def test_where_nobody_can_ask_again_it_is_an_ending():
    ending = article_or_ending(LASTING["a log-in"][0], None)
    assert ("fetch-failed", "extract", "a login page", False) == (
        ending.outcome,
        ending.step,
        ending.reason,
        ending.gone,
    )


@pytest.mark.parametrize(
    "title",
    [
        "Just a moment...",
        "Captcha",
        "Before you continue",
        "Log in",
        "Page not found",
        "403 Forbidden",
        "Your privacy",
        "Wire",
    ],
)
@pytest.mark.parametrize(
    "shown",
    [
        lambda title: page(f"<article><h1>{title}</h1>{STORY * 3}</article><input type=password>", title),
        lambda title: page(f"<article><h1>{title}</h1>{STORY[:800]}</article><p>g-recaptcha</p>", title, LD),
    ],
    ids=["long", "declared"],
)
def test_an_article_about_it_is_an_article(title, shown):
    assert "screen readers" in extract_article(shown(title), None).text


def test_a_short_piece_of_news_with_the_scripts_of_a_protected_site_is_an_article():
    head = '<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script><script>var _pxAppId="P"</script>'
    brief = page(f"<article><h1>App ban halted</h1>{STORY[:900]}</article>", "App ban halted - Wire", head)
    assert "screen readers" in extract_article(brief, None).text


BRIEF = (
    "<article><p>The regulator told providers on Friday to block the app from midnight, officials said.</p></article>"
)
BOXES = {
    "a box for cookies": "<div id=onetrust><h2>Your privacy</h2><p>We use cookies</p></div>",
    "a log-in for comments": "<form><h2>Log in</h2><input type=password></form>",
    "a captcha under the comments": "<div class=g-recaptcha></div><h2>Captcha</h2>",
    "a noscript": "<noscript>JavaScript is disabled in your browser</noscript>",
}


@pytest.mark.parametrize("name", BOXES)
def test_a_flash_under_the_headline_of_its_feed_is_an_article(name):
    shown = page(f"<h1>App ban begins</h1>{BRIEF}{BOXES[name]}", "App ban begins - Wire")
    assert "officials said" in extract_article(shown, Entry(title="App ban begins")).text


@pytest.mark.parametrize("name", list(BOXES)[:3])
def test_a_second_heading_below_a_first_makes_no_wall(name):
    shown = page(f"<h1>App ban begins</h1>{BRIEF}{BOXES[name]}", "App ban begins - Wire")
    assert "officials said" in extract_article(shown, Entry(title="Regulator acts")).text


@pytest.mark.parametrize("title", ["Page not found", "Are you a robot?", "Access denied", "Your privacy"])
@pytest.mark.parametrize("heading", ["h1", "p"])
def test_a_flash_may_be_called_what_walls_are_called(title, heading):
    shown = page(f"<{heading}>{title}</{heading}>{BRIEF}<script src=/onetrust.js></script>", f"{title} - Wire")
    assert "officials said" in extract_article(shown, Entry(title=title)).text


def test_a_challenge_stays_one_whatever_the_feed_calls_the_article():
    got = article_or_failure(CHALLENGES["Cloudflare"], Entry(title="Just a moment..."))
    assert (Blocked, "a challenge page") == (type(got), got.reason)


READ = {
    "a consent page": [
        "We and our 120 partners store and access information on a device, such as cookies, for what you are shown.",
        "Wir und unsere 120 Partner verarbeiten Daten wie Cookies auf Ihrem Gerät. Sie können das widerrufen.",
        "Nous et nos 120 partenaires stockons des informations sur votre appareil, comme des cookies.",
        "Nosotros y nuestros 120 socios almacenamos información en un dispositivo, como cookies.",
        "Noi e i nostri 120 partner archiviamo informazioni su un dispositivo come i cookie.",
        "我们和我们的合作伙伴使用Cookie在设备上存储信息。请点击下面的按钮表示同意，或者查看更多的选项。",
    ],
    "a challenge page": [
        "Your browser must accept cookies in order to view this site, and those of the papers that it belongs to.",
        "wire.example doit vérifier la sécurité de votre connexion avant de continuer, ce qui prend un moment.",
        "Bestätigen Sie, dass Sie ein Mensch sind. Das kann einige Sekunden dauern, danach geht es weiter.",
        "请完成以下操作，验证您是真人。",
        "We've detected unusual activity from your computer network. Tick the box below and go on to the page.",
    ],
    "a page that is not there, with status 200": [
        "The page you are looking for may have been moved or deleted. Try the search, or go to the front page.",
        "Die von Ihnen gesuchte Seite existiert nicht mehr oder wurde verschoben. Bitte nutzen Sie die Suche.",
        "La page que vous recherchez n'existe pas ou a été déplacée. Retournez à la page d'accueil.",
        "La página que buscas no existe o ha sido movida a otra dirección. Vuelve a la portada del diario.",
        "La pagina che stai cercando non esiste o è stata spostata. Torna alla pagina iniziale del sito.",
        "抱歉，您访问的页面不存在，可能已被删除或移动，请返回首页或者使用搜索查找您需要的内容。",
        "お探しのページは移動または削除された可能性があります。トップページに戻って検索してください。",
    ],
    "a page that only leads on to another": [
        "You are being redirected. Click here if nothing happens in five seconds."
    ],
}


@pytest.mark.parametrize(("reason", "line"), [(reason, line) for reason, lines in READ.items() for line in lines])
@pytest.mark.parametrize("head", ["", LD], ids=["undeclared", "declared"])
def test_a_text_that_begins_as_only_walls_do_is_none_of_an_article(reason, line, head):
    got = article_or_failure(page(f"<article><p>{line}</p><p>wire.example</p></article>", "Wire", head), None)
    assert (Blocked, reason) == (type(got), got.reason)


def test_a_report_may_quote_what_walls_say():
    quoted = f'"{READ["a consent page"][0]}", says the notice that a court in Vienna banned on Friday.'
    assert "Vienna" in extract_article(page(f"<article><p>{quoted}</p>{BRIEF}</article>", "Wire"), None).text
    told = "Google and its partners store data in cookies on each device, a court in Vienna found on Friday."
    assert "Vienna" in extract_article(page(f"<article><p>{told}</p></article>", "Wire"), None).text


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("Erreur 404 - Le Fil", "a page that is not there, with status 200"),
        ("404 - Page not found", "a page that is not there, with status 200"),
        ("Oups ! Cette page n’existe plus", "a page that is not there, with status 200"),
        ("Nur einen Moment…", "a challenge page"),
        ("Un momento…", "a challenge page"),
        ("Redirecting...", "a page that only leads on to another"),
    ],
)
def test_walls_are_known_by_their_titles_in_other_languages(title, reason):
    got = article_or_failure(
        page("<p>Wire, the paper of the whole country since 1900, and its archive</p>", title), None
    )
    assert (Blocked, reason) == (type(got), got.reason)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://wire.example/zustimmung?url=x", "consent"),
        ("https://login.wire.example/?next=/2026/ban", "login"),
        ("https://wire.example/account/signin?return=/2026/ban", "login"),
        ("https://consent.wire.example/v2?session=3", "consent"),
        ("https://wire.example/cookiewall?to=/2026/ban", "consent"),
        ("https://wire.example/404.html", "not found"),
        ("https://www.wire.example/2026/ban", None),
        ("https://wire.example/2026/why-consent-fails", None),
        (URL, None),
        ("http://[", None),
    ],
)
def test_a_redirect_is_known_by_where_it_ends(url, kind):
    wall = redirected_to(URL, url)
    assert kind == (wall and wall.kind)


def test_an_address_that_named_it_from_the_start_is_no_redirect_to_it():
    assert redirected_to("https://wire.example/login/1", "https://wire.example/login/1-the-story") is None


def test_a_page_that_a_redirect_to_a_log_in_ended_at_is_none():
    got = article_or_failure(page(STORY * 2, "Wire", url="https://login.wire.example/?next=/2026/ban"), None)
    assert (Blocked, "a login page") == (type(got), got.reason)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[wall]]\nkind = 'x'", "retriable"),
        ("[[wall]]\nkind='x'\nretriable=true\nmost=1\ntitles=['(']", "missing"),
        ("[[wall]]\nkind='x'\nretriable=true\nmost=1\nmarks=['Upper']", "small letters"),
    ],
)
def test_a_mistake_in_the_data_is_told(text, words):
    with pytest.raises(ConfigError, match=words):
        parse(text, "blocked.toml")
