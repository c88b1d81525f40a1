"""Each Lambda loads heavy modules only if it uses them. Exact, by the modules; the bench has the times."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest

from chalicelib.settings import settings_of
from chalicelib.wiring import Wiring

HEAVY = ("babel", "difflib", "email_validator", "icalendar", "jinja2", "phonenumbers", "pymssql", "sqlite3")
# The steps of a handler of app.py, each after those before it, and the heavy modules that each step adds.
STAGES = {
    "import app": [],
    "app.wiring().delivery_ports()": [],
    "import chalicelib.jobs.tick": [],  # prepare and send
    "import chalicelib.jobs.deliver, chalicelib.aws.log_store": [],
    "import chalicelib.jobs.status_tick": [],
    "import chalicelib.jobs.run_job as r, chalicelib.jobs.apply_parameters": [],
    "w = app.wiring(); w.parameters; w.history; w.alerts": [],
    "import chalicelib.messages.template as t; t.compile_template('Guten Tag')": ["jinja2"],
    "import chalicelib.messages.recipient as r; r.mobile_number('079 000 00 00')": ["phonenumbers"],
    "r.email_address('a@example.org')": [],
    "r.email_address('Anna@example.org')": ["email_validator"],
    "import chalicelib.messages.placeholders as w, datetime; w._day_words(datetime.date(2026, 11, 23), 'de', 'd')": [
        "babel"
    ],
    "import chalicelib.providers.calendar_file": ["icalendar"],
}
ENVIRONMENT = {
    "VITOSMS_STAGE": "dev", "VITOSMS_TABLE": "t", "VITOSMS_RUNS_QUEUE_URL": "q", "VITOSMS_OUTBOX_QUEUE_URL": "q",
    "VITOSMS_RECEIPTS_QUEUE_URL": "q", "VITOSMS_OPERATOR_TOPIC_ARN": "arn:aws:sns:eu-central-1:123456789012:t",
    "VITOSMS_ALERT_SENDER": "a@example.org", "VITOSMS_MAIL_CONFIGURATION_SET": "c", "AWS_REGION": "eu-central-1",
    "VITOSMS_SMS_REGION": "eu-central-1",
    "AWS_DEFAULT_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "a",
}  # fmt: skip
SCRIPT = f"""
import json, sys
there, added = set(), {{}}
for stage in {list(STAGES)!r}:
    exec(stage)
    added[stage] = [name for name in {HEAVY!r} if name in sys.modules and name not in there]
    there.update(added[stage])
print(json.dumps(added))
"""


def test_a_client_is_built_when_it_is_first_used(monkeypatch: pytest.MonkeyPatch) -> None:
    build = Mock()
    monkeypatch.setattr("boto3.client", build)
    queues = Wiring(settings_of(ENVIRONMENT)).queues
    assert build.call_count == 0
    queues.put_off("handle", 1)
    queues.put_off("handle", 1)
    assert [call.args for call in build.call_args_list] == [("sqs",)]


def test_a_lambda_loads_nothing_heavy_that_it_does_not_use() -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", SCRIPT], cwd=Path(__file__).parents[2], env=ENVIRONMENT, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert json.loads(done.stdout) == STAGES
