"""Apps, companies, terms and rules of one's own: in `beatwire.toml`, and in files and folders beside it."""

import functools
import pickle

import pytest

from pipelines import config
from pipelines.config.rules import rule_set
from pipelines.watching import ConfigWatch
from transforms.errors import ConfigError
from transforms.tag import SHIPPED, tag
from transforms.tags import Document

TERM = '[tags]\nterms = ["Chirpy"]\n'


@pytest.fixture
def load(tmp_path):
    def load_files(toml, **files):
        for name, inside in files.items():
            path = tmp_path.joinpath(*name.split("__")).with_suffix(".toml")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(inside, encoding="utf-8")
        (tmp_path / "beatwire.toml").write_text(toml, encoding="utf-8")
        return config.load(None, {"kafka.bootstrap": "a:1"}, folder=tmp_path, data_folder=tmp_path)

    return load_files


def apps(loaded, title):
    return tag(Document(title=title), rules=loaded.rules()).apps


def test_without_any_the_shipped_rules_are_meant(load):
    assert SHIPPED == load("").rules()
    assert SHIPPED == load("[tags]\n").rules()


def test_terms_stand_in_the_configuration(load):
    assert ("Chirpy",) == apps(load(TERM), "Iran bans Chirpy")


@pytest.mark.parametrize("files", ['"mine.toml"', '["mine.toml"]'])
def test_a_file_beside_it_holds_the_same_tables(load, files):
    loaded = load(f"[tags]\nfiles = {files}\n", mine='terms = ["Chirpy"]\n[[apps]]\nid = "mew"\nname = "Mewly"\n')
    assert ("Chirpy",) == apps(loaded, "Iran bans Chirpy")
    assert ("Mewly",) == apps(loaded, "Iran bans Mewly")


def test_a_folder_holds_files_like_those_that_are_shipped(load):
    loaded = load(
        '[tags]\nfiles = "mine"\n',
        mine__terms='term = ["Chirpy", { name = "Mewly", kind = "app" }]\n',
        mine__en__blockers='rule = [{ id = "drill", when = ["{it} .. {drill}"], reason = "it is a drill" }]\n',
        mine__en__words='[class]\ndrill = ["in drill"]\n',
    )
    assert ("Mewly",) == apps(loaded, "Iran bans Mewly")
    assert () == apps(loaded, "Iran bans Mewly in drill")


def test_the_run_is_told_them_and_so_is_each_step_that_is_pickled(load):
    told = pickle.loads(pickle.dumps(load(TERM).run_settings("r", "1")))
    assert ("Chirpy",) == tag(Document(title="Iran bans Chirpy"), rules=told.rules).apps


MISTAKES = [
    ('[tags]\nterms = ["?"]\n', {}, 'beatwire.toml: tags.terms[0].name: "?" holds no word'),
    ("[tags]\ntrems = []\n", {}, 'beatwire.toml: tags.trems: unknown key; did you mean "terms"?'),
    ('[tags]\nfiles = "none.toml"\n', {}, "beatwire.toml: tags.files[0]: "),
    ('[tags]\nfiles = "mine.toml"\n', {"mine": "terms = [1]\n"}, "mine.toml: terms[0]: must be a table"),
    ('[tags]\nfiles = "mine.toml"\n', {"mine": "terms = \n"}, "mine.toml: is no TOML"),
    ('[tags]\nfiles = "m"\n', {"m__en__stage": ""}, 'stage.toml: stage: unknown key; did you mean "stages"?'),
    ('[tags]\nfiles = "m"\n', {"m__terms": "terms = []\n"}, "terms.toml: must hold the one key term, and holds terms"),
    (
        '[tags]\nfiles = "m"\n',
        {"m__en__blockers": 'rule = [{ id = "a" }]\n'},
        "blockers.toml: rule[0].when: is missing",
    ),
]


@pytest.mark.parametrize(("toml", "files", "said"), MISTAKES)
def test_a_mistake_names_file_key_and_fix(load, toml, files, said):
    with pytest.raises(ConfigError) as caught:
        load(toml, **files)
    assert said in str(caught.value)


def test_a_whole_folder_of_rules_is_used_as_it_is_and_additions_are_added(tmp_path):
    import shutil
    from importlib.resources import files

    whole = tmp_path / "whole"
    shutil.copytree(str(files("transforms.tag") / "data"), whole)
    (tmp_path / "more.toml").write_text('terms = ["Chirpy"]\n')
    text = (whole / "apps.toml").read_text(encoding="utf-8")
    (whole / "apps.toml").write_text(text.replace('name = "TikTok"', 'name = "Tokker"'), encoding="utf-8")
    document = Document(title="Iran bans Tokker and Chirpy")

    assert ("Tokker",) == tag(document, rules=rule_set(whole)).apps
    assert ("Chirpy",) == tag(document, rules=rule_set(tmp_path / "more.toml")).apps


def test_a_running_pipeline_says_that_a_change_of_them_needs_a_restart(tmp_path):
    feeds = '[[feeds]]\nurl = "https://wire.example/feed"\n'
    path = tmp_path / "beatwire.toml"
    (tmp_path / "mine.toml").write_text('terms = ["Chirpy"]\n')
    path.write_text(f'[tags]\nfiles = "mine.toml"\n{feeds}')
    said = []
    load = functools.partial(config.load, path, data_folder=tmp_path)
    watch = ConfigWatch(load(), load, path, said.append)
    watch.look(at_once=True)
    (tmp_path / "mine.toml").write_text('terms = ["Mewly"]\n')
    watch.look(at_once=True)
    path.write_text(f'[tags]\nterms = ["Mewly"]\n{feeds}')
    watch.look(at_once=True)
    assert ["needs a restart: [tags] files", "needs a restart: [tags] files, [tags] terms"] == said
