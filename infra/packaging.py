"""What CloudFormation needs of one stage: the zip of the Lambdas, checked, and the template that names it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Package:
    """`template` (JSON) names `zip` as ./deployment.zip; both lie in `build/<stage>/`."""

    template: Path
    zip: Path


def package(stage: str, arch: str) -> Package:
    """Make the package of a stage for "arm64" or "x86_64", always anew.

    Raises PackagingError where the stage or the architecture is none, or where the zip lacks something.
    """
    raise NotImplementedError
