"""Scoring addresses: what counts as a fault, and which pairs a person is shown."""

from bench.addresses import apart, by_query, drawn, judge, merged_pairs, platform_cases
from transforms.urls import normalise

SPELLINGS = ["https://a.example/b?utm_source=x", "https://a.example/b#part", "https://a.example/c"]


def test_links_that_become_one_address_are_counted_once_as_a_group():
    figures, groups = judge([*SPELLINGS, "mailto:a@b.example"])
    assert (4, 3, 0, 0, 0, 0) == (
        figures.links,
        figures.web,
        figures.crashes,
        figures.again,
        figures.moved,
        figures.parted,
    )
    assert (2, 1, 1) == (figures.changed, figures.groups, figures.merged)
    assert sorted(SPELLINGS[:2]) == sorted(groups["https://a.example/b"])


def test_a_new_id_is_one_that_the_first_rules_did_not_give():
    assert [1, 0] == [judge([f"https://a.example/b?{query}"])[0].newly for query in ("source=rss", "utm_source=rss")]


def test_whatever_normalising_does_wrong_is_counted():
    def breaks(url):
        raise RuntimeError

    assert 1 == judge(["https://a.example/"], breaks)[0].crashes
    assert 1 == judge(["https://a.example/"], lambda url: f"{url}x")[0].again
    moved = judge(["https://a.example/"], lambda url: "https://b.example/")[0]
    assert (1, 1) == (moved.moved, moved.parted)


def test_pairs_to_be_read_are_links_of_one_address_or_a_link_and_what_it_became():
    pairs = merged_pairs(judge([*SPELLINGS, "https://a.example/d?fbclid=x"])[1])
    assert {
        frozenset(SPELLINGS[:2]),
        frozenset(("https://a.example/d?fbclid=x", "https://a.example/d")),
    } == set(map(frozenset, pairs))


def test_a_seed_draws_the_same_pairs_again_and_another_one_others():
    pairs = [(str(number), str(-number)) for number in range(1000)]
    assert drawn(pairs, 10, 1) == drawn(pairs, 10, 1) != drawn(pairs, 10, 2)
    assert 1000 == len(drawn(pairs, 2000, 1))


def test_links_of_one_host_and_title_that_stayed_apart_are_told_and_those_that_differ_by_query_alone():
    links = ["https://a.example/b?id=1", "https://a.example/b?id=2", "https://a.example/c", "https://b.example/c"]
    rows = [{"link": link, "title": "Story"} for link in links]
    pairs = apart([*rows, {"link": links[0], "title": "Other"}, {"link": f"{links[2]}?utm_x=1", "title": "Story"}])
    assert 3 == len(pairs)
    assert [(links[0], links[1])] == by_query(pairs)


def test_platform_cases_are_read_as_written_against_their_base_and_as_a_browser_writes_them(tmp_path):
    path = tmp_path / "cases.json"
    path.write_text('["a remark", {"input": "../B", "base": "http://A.example/x/y", "href": "http://a.example/B"}]')
    assert ["../B", "http://a.example/B", "http://A.example/B"] == list(platform_cases(path))
    assert 1 == len({normalise(url) for url in platform_cases(path)} - {"../B"})
