"""The packaged template of a stage, without building the zip, which takes a minute: Chalice gets a name instead.

Run as a script, with the stage in VITOSMS_STAGE: app.py reads it when it is imported, and only then.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parents[2]
_ZIP = "deployment.zip"


def template_of(stage: str) -> dict[str, Any]:
    """Return the template of the stage for CloudFormation."""
    environment = {**os.environ, "VITOSMS_STAGE": stage, "AWS_DEFAULT_REGION": "eu-central-1", "PYTHONPATH": str(ROOT)}
    made = subprocess.run([sys.executable, __file__], env=environment, capture_output=True, check=True)  # noqa: S603
    template: dict[str, Any] = json.loads(made.stdout)
    return template


def written(folder: Path, template: dict[str, Any], code: str = "x = 1") -> None:
    """A package of this template with a zip that is almost empty."""
    folder.mkdir(parents=True, exist_ok=True)
    with ZipFile(folder / _ZIP, "w") as archive:
        archive.writestr("app.py", code)
    (folder / "sam.json").write_text(json.dumps(template), encoding="utf-8")


def _packaged(stage: str) -> dict[str, Any]:
    from chalice.cli.factory import CLIFactory
    from chalice.deploy.appgraph import ApplicationGraphBuilder, DependencyBuilder
    from chalice.deploy.deployer import create_build_stage
    from chalice.deploy.models import DeploymentPackage
    from chalice.deploy.swagger import CFNSwaggerGenerator
    from chalice.package import SAMTemplateGenerator, TemplateDeepMerger
    from chalice.utils import UI, OSUtils

    from infra.deploy import sam_template

    factory = CLIFactory(str(ROOT))
    config = factory.create_config_obj(stage)
    resources = DependencyBuilder().build_dependencies(ApplicationGraphBuilder().build(config, stage))
    for one in resources:
        if isinstance(one, DeploymentPackage):
            one.filename = f"./{_ZIP}"
    create_build_stage(OSUtils(), UI(), CFNSwaggerGenerator(), config).execute(config, resources)
    made = SAMTemplateGenerator(config, factory.create_package_options()).generate(resources)
    return sam_template.finished(TemplateDeepMerger().merge(sam_template.ours(), made), stage)


if __name__ == "__main__":
    json.dump(_packaged(os.environ["VITOSMS_STAGE"]), sys.stdout)
