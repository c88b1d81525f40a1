"""The template of a stage as it is packaged, without the minute that the zip takes: Chalice is given a name for one."""

import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from chalice.cli.factory import CLIFactory
from chalice.deploy.appgraph import ApplicationGraphBuilder, DependencyBuilder
from chalice.deploy.deployer import create_build_stage
from chalice.deploy.models import DeploymentPackage
from chalice.deploy.swagger import CFNSwaggerGenerator
from chalice.package import SAMTemplateGenerator, TemplateDeepMerger
from chalice.utils import UI, OSUtils

from infra import sam_template
from infra.packaging import ROOT, Package

_ZIP = "deployment.zip"


def template_of(stage: str) -> dict[str, Any]:
    """What CloudFormation is to make of the stage."""
    factory = CLIFactory(str(ROOT))
    config = factory.create_config_obj(stage)
    resources = DependencyBuilder().build_dependencies(ApplicationGraphBuilder().build(config, stage))
    for one in resources:
        if isinstance(one, DeploymentPackage):
            one.filename = f"./{_ZIP}"
    create_build_stage(OSUtils(), UI(), CFNSwaggerGenerator(), config).execute(config, resources)
    made = SAMTemplateGenerator(config, factory.create_package_options()).generate(resources)
    return sam_template.finished(TemplateDeepMerger().merge(sam_template.ours(), made), stage)


def written(folder: Path, template: dict[str, Any], code: str = "x = 1") -> Package:
    """A package of this template with a zip that holds next to nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    with ZipFile(folder / _ZIP, "w") as archive:
        archive.writestr("app.py", code)
    (folder / "sam.json").write_text(json.dumps(template), encoding="utf-8")
    return Package(folder / "sam.json", folder / _ZIP)
