"""`vitosms deploy` asks for what only a person knows before it makes a package, which takes minutes."""

from pathlib import Path

import pytest

from tests.cli.running import Vitosms
from tests.deploy.emulated import Stage, emulated, packaged_template


def test_the_parameter_without_default_is_asked_for_before_the_package_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(*_: object) -> None:
        raise AssertionError("packaged first")

    monkeypatch.setattr("infra.cli.operate.deploy_proposal.packaged", made)
    with emulated():
        stage = Stage("frage", packaged_template("frage"), tmp_path, Vitosms(capsys))
        code, out, err = stage.run("deploy", "--yes")
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        "vitosms: give --parameter AlertSender=VALUE (an address verified with SES: practices get their alerts and "
        "summaries from it)"
    ]
