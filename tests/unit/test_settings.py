"""The environment: a rate must allow deliver to finish within its timeout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chalicelib.aws.queues import BATCH
from chalicelib.providers.rate_limit import Pace
from chalicelib.settings import ANSWER_SECONDS, CONNECT_SECONDS, DELIVER_CONCURRENCY, LEAST_PER_SECOND, settings_of

CONFIG = Path(__file__).resolve().parents[2] / ".chalice" / "config.json"
REQUIRED = (
    "VITOSMS_STAGE", "VITOSMS_TABLE", "VITOSMS_RUNS_QUEUE_URL", "VITOSMS_OUTBOX_QUEUE_URL",
    "VITOSMS_RECEIPTS_QUEUE_URL", "VITOSMS_ALERT_SENDER", "VITOSMS_MAIL_CONFIGURATION_SET", "AWS_REGION",
    "VITOSMS_SMS_REGION",
)  # fmt: skip
ENVIRONMENT = dict.fromkeys(REQUIRED, "x") | {"VITOSMS_OPERATOR_TOPIC_ARN": "arn:aws:sns:eu-central-1:123456789012:x"}
RATES = ["VITOSMS_SMS_PER_SECOND", "VITOSMS_MAIL_PER_SECOND"]


def test_at_the_least_rate_all_requests_of_an_outbox_message_end_before_the_lambda_does() -> None:
    seconds = 0.0

    def sleep(pause: float) -> None:
        nonlocal seconds
        seconds += pause

    pace = Pace(LEAST_PER_SECOND / DELIVER_CONCURRENCY, sleep, lambda: seconds)
    for _ in range(BATCH):
        pace.wait()
    timeout = json.loads(CONFIG.read_text(encoding="utf-8"))["lambda_functions"]["deliver"]["lambda_timeout"]
    assert timeout - 6 < seconds + CONNECT_SECONDS + ANSWER_SECONDS < timeout - 4  # for the table


@pytest.mark.parametrize("name", RATES)
@pytest.mark.parametrize("value", ["0", "-1", "0.3", "0.59", "nan", "-inf", "", "viele"])
def test_a_rate_at_which_deliver_would_die_is_refused_by_name_value_and_the_least_one(name: str, value: str) -> None:
    with pytest.raises(
        ValueError, match=f"{name} is '{value}', but must be a number of at least 0.6 messages a second"
    ):
        settings_of(ENVIRONMENT | {name: value})


@pytest.mark.parametrize("value", ["0.6", "1", "20", "1000000"])
def test_any_other_rate_is_taken(value: str) -> None:
    settings = settings_of(ENVIRONMENT | dict.fromkeys(RATES, value))
    assert settings.sms_per_second == settings.mail_per_second == float(value)


def test_without_a_rate_those_of_a_usual_account_are_taken() -> None:
    settings = settings_of(ENVIRONMENT)
    assert (settings.sms_per_second, settings.mail_per_second) == (20, 14)


@pytest.mark.parametrize(("given", "watched"), [(None, None), ("", None), ("canary", "canary")])
def test_a_stage_may_have_a_canary(given: str | None, watched: str | None) -> None:
    own = {} if given is None else {"VITOSMS_CANARY_PRACTICE": given}
    assert settings_of(ENVIRONMENT | own).canary_practice == watched


@pytest.mark.parametrize(("given", "address"), [(None, ""), ("", ""), ("betrieb@firma.example",) * 2])
def test_an_operator_may_have_an_address_for_answers(given: str | None, address: str) -> None:
    own = {} if given is None else {"VITOSMS_OPERATOR_EMAIL": given}
    assert settings_of(ENVIRONMENT | own).operator_email == address


@pytest.mark.parametrize(("given", "language"), [(None, "en"), ("en", "en"), ("de", "de"), ("fr", "fr"), ("it", "it")])
def test_the_operator_reads_english_unless_the_stage_says_otherwise(given: str | None, language: str) -> None:
    own = {} if given is None else {"VITOSMS_OPERATOR_LANGUAGE": given}
    assert settings_of(ENVIRONMENT | own).operator_language == language


@pytest.mark.parametrize("value", ["", "DE", "rm", "english"])
def test_a_language_without_words_is_refused_by_name_value_and_what_there_is(value: str) -> None:
    with pytest.raises(ValueError, match=f"VITOSMS_OPERATOR_LANGUAGE is '{value}', but must be one of de, fr, it, en"):
        settings_of(ENVIRONMENT | {"VITOSMS_OPERATOR_LANGUAGE": value})


@pytest.mark.parametrize("name", [*REQUIRED, "VITOSMS_OPERATOR_TOPIC_ARN"])
def test_a_variable_that_is_missing_is_named(name: str) -> None:
    with pytest.raises(KeyError, match=name):
        settings_of({key: value for key, value in ENVIRONMENT.items() if key != name})
