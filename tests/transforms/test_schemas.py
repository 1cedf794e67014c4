import json

import jsonschema
import msgspec
import pytest

from transforms import schemas


@pytest.mark.parametrize("name", schemas.NAMES)
def test_the_shipped_schema_is_what_the_records_say(name):
    assert schemas.generate(name) == schemas.load(name)


@pytest.mark.parametrize("name", schemas.NAMES)
def test_the_schema_is_a_schema(name):
    jsonschema.Draft202012Validator.check_schema(schemas.load(name))


@pytest.mark.parametrize("name", schemas.NAMES)
def test_vocabularies_are_open(name):
    assert '"enum"' not in json.dumps(schemas.load(name))


def test_an_unknown_word_validates():
    outcome = {"findId": "f", "itemId": "i", "feedId": "x", "link": "", "outcome": "new-word", "step": "tag"}
    outcome |= {"found": "a", "ended": "b"}
    jsonschema.Draft202012Validator(schemas.load("outcome.v1.json")).validate(outcome)


def test_a_missing_field_does_not():
    with pytest.raises(jsonschema.ValidationError, match="findId"):
        jsonschema.Draft202012Validator(schemas.load("outcome.v1.json")).validate(msgspec.to_builtins({"link": ""}))
