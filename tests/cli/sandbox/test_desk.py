"""`vitosms desk` and the desk of `vitosms local up`: from the command to the page in a browser."""

import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from infra.cli import main
from infra.cli.sandbox import demo
from infra.cli.sandbox.desk import has_browser
from infra.local.cloud import LocalCloud
from infra.local.server import CloudServer
from tests.browser import Browser

whole = demo.demo_plan


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., Any]]:
    """Run the command; in place of serving other processes, call a function with the output until then."""
    handlers = [(number, signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGTERM)]

    def played(command: str, act: Callable[[str, LocalCloud], None]) -> str:
        def serve(server: CloudServer, cloud: LocalCloud) -> None:
            act(capsys.readouterr().out, cloud)
            raise KeyboardInterrupt

        monkeypatch.setattr(CloudServer, "serve", serve)
        assert main.run(command.split()) == 0
        return capsys.readouterr().out

    monkeypatch.setattr(demo, "demo_plan", first_minutes)
    monkeypatch.setenv("CI", "true")
    yield played
    for number, handler in handlers:
        signal.signal(number, handler)


@contextmanager
def first_minutes(seed: int) -> Iterator[Any]:
    with whole(seed) as (plan, happenings):
        yield replace(plan, end=plan.start + timedelta(minutes=25)), happenings


def desk_of(printed: str) -> Browser:
    (url,) = re.findall(r"im Browser: (http://127\.0\.0\.1:\d+)", printed)
    return Browser(url)


def test_the_demo_lives_through_its_days_and_its_desk_answers(played: Callable[..., str]) -> None:
    def act(printed: str, cloud: LocalCloud) -> None:
        assert "27.02.2029 10:10" in printed
        assert cloud.networks.messages
        browser = desk_of(printed)
        offered = browser.get("/").text
        for label in (
            "Empfang – A. Meier – praxis-sonnenhof",
            "Praxisleitung – R. Brunner – praxis-sonnenhof",
            "Nur lesen – L. Zaugg – praxis-sonnenhof",
            "Betreiber – O. Frei",
        ):
            assert f">{label}</button>" in offered
        assert browser.sign_in("am.praxis-sonnenhof").url == f"{browser.home}/p/praxis-sonnenhof/today"

    assert "beendet" in played("desk --port 0", act)


def test_a_local_cloud_has_a_desk_too(played: Callable[..., str]) -> None:
    def act(printed: str, cloud: LocalCloud) -> None:
        assert desk_of(printed).get("/").status == 200

    assert "beendet" in played("local up --port 0 --desk-port 0 --start 2026-11-23T09:45", act)


def test_the_usual_port_if_it_is_free_else_the_next(
    played: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    def act(printed: str, cloud: LocalCloud) -> None:
        port = int(desk_of(printed).home.rpartition(":")[2])
        assert port in range(8470, 8570)
        assert main.run(["desk", "--port", str(port)]) == 2
        assert f"--port '{port}': er ist besetzt; mit --port einen anderen angeben" in capsys.readouterr().err

    played("local up --port 0 --start 2026-11-23T09:45", act)


@pytest.mark.parametrize(
    ("environment", "platform", "expected"),
    [
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "linux", False),
        ({}, "darwin", True),
        ({"DISPLAY": ":0", "CI": "true"}, "linux", False),
    ],
)
def test_a_browser_is_opened_where_there_is_one(environment: dict[str, str], platform: str, expected: bool) -> None:
    assert has_browser(environment, platform) is expected
