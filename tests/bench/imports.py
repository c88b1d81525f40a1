"""Loading: `app.py` beside boto3, the modules and clients of each Lambda's first call, and the size of the zip."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median

from tests.bench.report import Bar, Row, Section

ROOT = Path(__file__).parents[2]
IMPORT, RUN = 1.5, 1.8  # the bars of app.py, and of it with the first call of run, as ratios to boto3
_TIMES, _TIMES_OF_A_LAMBDA = 7, 3
_CLOCK = "import time; start = time.process_time(); {work}; print(time.process_time() - start)"
# A first call loads these after app.py: its modules, and for `run` the driver and the clients that every run uses.
_OF_A_TICK = "w = app.wiring(); w.jobs; w.queues; w.store; w.receipts; w.history; w.alerts; w.delivery_logs"
_OF_A_RUN = f"{_OF_A_TICK}; w.practices; w.runs; w.raised_alerts; w.stops; w.parameters"
FIRST_CALLS = {
    "prepare, send": "from chalicelib.jobs.tick import job_tick; w = app.wiring(); w.jobs; w.queues",
    "status": f"from chalicelib.jobs.status_tick import status_tick; {_OF_A_TICK}",
    "run": "from chalicelib.aws.queues import message_of; from chalicelib.jobs.run_job import run_job; "
    f"from chalicelib.jobs.apply_parameters import apply_parameters; {_OF_A_RUN}; "
    "import boto3, pymssql, chalicelib.practice_db.database; "
    "[boto3.client(name) for name in ('dynamodb', 'ssm', 'logs')]",
    "deliver": "from chalicelib.jobs.deliver import deliver; from chalicelib.aws.log_lines import delivered_lines; "
    "from chalicelib.aws.queues import outbox_of; app.wiring().delivery_ports()",
    "switches": f"from chalicelib.jobs.apply_parameters import on_parameter_changed; {_OF_A_RUN}",
}
_SETTINGS = (
    "TABLE",
    "RUNS_QUEUE_URL",
    "OUTBOX_QUEUE_URL",
    "RECEIPTS_QUEUE_URL",
    "ALERT_SENDER",
    "MAIL_CONFIGURATION_SET",
)
_ENVIRONMENT = {
    **{f"VITOSMS_{name}": "x" for name in _SETTINGS},
    "VITOSMS_STAGE": "local",
    "VITOSMS_OPERATOR_TOPIC_ARN": "arn:aws:sns:eu-central-1:123456789012:x",
    "AWS_REGION": "eu-central-1",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_EC2_METADATA_DISABLED": "true",
    "POWERTOOLS_METRICS_NAMESPACE": "vitosms",
}


def import_section(progress: Callable[[str], None]) -> Section:
    """Medians of fresh processes, as ratios to `import boto3`."""
    boto3s, apps = [], []
    for _ in range(_TIMES):
        boto3s.append(_seconds("", "import boto3"))
        apps.append(_seconds("", "import app"))
    progress("imports")
    boto3, app = median(boto3s), median(apps)
    told, bar = f"{app / boto3:.2f} × boto3 ({app * 1000:.0f} ms)", Bar(f"≤ {IMPORT} × boto3", app <= IMPORT * boto3)
    numbers = {"app": app, "boto3": boto3, "ratio": app / boto3}
    rows = [Row("import app", None, told, f"import boto3 {boto3 * 1000:.0f} ms", bar, numbers)]
    for name, work in FIRST_CALLS.items():
        taken = median(_seconds("import app", work) for _ in range(_TIMES_OF_A_LAMBDA))
        progress(f"first call of {name}")
        told = f"{taken / boto3:.2f} × boto3 ({taken * 1000:.0f} ms)"
        rows.append(Row(f"first call of {name}", None, told, numbers={"seconds": taken}))
        if name == "run":
            both = (app + taken) / boto3
            bar = Bar(f"≤ {RUN} × boto3", both <= RUN)
            rows.append(Row("import app and first call of run", None, f"{both:.2f} × boto3", "", bar, {"ratio": both}))
    return Section("Loading", [*rows, *_zips()], _NOTES)


_NOTES = (
    f"CPU time of fresh processes with compiled files, the median of {_TIMES}; of a Lambda the median of "
    f"{_TIMES_OF_A_LAMBDA}: its modules after app.py, without any call. The driver of SQL Server is counted with run.",
    "the zip is that of `make package`, if it was made here.",
)


def _seconds(before: str, work: str) -> float:
    code = (f"{before}; " if before else "") + _CLOCK.format(work=work)
    left_out = ("AWS_", "PYTHONDONTWRITEBYTECODE")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(left_out)} | _ENVIRONMENT
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, env=environment
    )
    return float(done.stdout.split()[-1])


def _zips() -> list[Row]:
    found = sorted((ROOT / "build").glob("*/deployment.zip"))
    if not found:
        return [Row("size of the zip", None, "not built here: make package", "AWS takes 50 MB packed")]
    sizes = {path.parent.name: path.stat().st_size for path in found}
    return [
        Row(
            f"size of the zip, stage {stage}",
            None,
            f"{size / 1e6:.1f} MB",
            "AWS takes 50 MB packed",
            None,
            {"bytes": size},
        )
        for stage, size in sizes.items()
    ]
