"""Scoring robots.txt: counts of a small archive made here."""

import io
import tarfile

from bench import robots


def archive(path, *bodies):
    with tarfile.open(path, "w:gz") as files:
        for number, body in enumerate(bodies):
            member = tarfile.TarInfo(f"site-{number}")
            member.size = len(body)
            files.addfile(member, io.BytesIO(body))
    return path


def test_files_are_counted_and_every_answer_is_compared(tmp_path):
    bodies = (
        b"User-agent: *\nDisallow: /\n",
        b"User-agent: beatwire\nCrawl-delay: 5\nDisallow: /private\n",
        b"<html>Not found</html>",
    )
    figures = robots.measure(archive(tmp_path / "robots.tar.gz", *bodies))
    assert (3, 0, 0) == (figures.files, figures.crashes, figures.cut)
    assert (1, 1, 1) == (figures.named, figures.closed, figures.delays)
    assert figures.kept == figures.answers == 3 * len(robots.AGENTS) * (len(robots.PATHS) + 1)


def test_an_answer_that_is_not_protego_s_is_counted_as_lost(tmp_path, monkeypatch):
    monkeypatch.setattr(robots.robots.Rules, "allows", lambda self, url: False)
    figures = robots.measure(archive(tmp_path / "robots.tar.gz", b"User-agent: *\nAllow: /\n"))
    assert len(robots.AGENTS) == figures.kept


def test_what_raises_is_counted_as_a_crash(tmp_path, monkeypatch):
    def breaks(self, url):
        raise RuntimeError

    monkeypatch.setattr(robots.robots.Rules, "allows", breaks)
    assert 1 == robots.measure(archive(tmp_path / "robots.tar.gz", b"")).crashes


def test_the_section_says_what_was_kept_of_what(tmp_path):
    text = robots.section(robots.measure(archive(tmp_path / "robots.tar.gz", b"User-agent: *\nDisallow: /a\n")))
    answers = len(robots.AGENTS) * (len(robots.PATHS) + 1)
    assert f"| verdicts and crawl-delays that are protego's own | {answers} of {answers} |" in text


def test_there_are_twenty_agents_and_twenty_paths():
    assert (20, 20) == (len(set(robots.AGENTS)), len(set(robots.PATHS)))
