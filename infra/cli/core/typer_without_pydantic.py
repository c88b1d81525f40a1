"""Take options of typer that need no conversion without one.

typer 0.29 converts every value by pydantic, even a text or None. Loading pydantic takes as long as loading boto3.
"""

from typing import Any

import typer.core
from typer._coercion import RuntimeParam, TypeDescriptor, build_runtime_param, resolve_type_descriptor


class _Lazy(RuntimeParam):
    """Converts as typer does, but loads what that takes only for a value that has another type than its option."""

    def _coerce_value(self, value: Any, param: Any, ctx: Any) -> Any:
        if type(value) is self.annotation or self.annotation == list[str]:
            return value
        descriptor = resolve_type_descriptor(self.annotation, self.parameter_info)
        return build_runtime_param(descriptor)._coerce_value(value, param=param, ctx=ctx)


def install() -> None:
    """Let typer use it."""

    def lazy(descriptor: TypeDescriptor) -> RuntimeParam:
        return _Lazy(descriptor.parameter_info, descriptor.annotation)

    typer.core.build_runtime_param = lazy  # type: ignore[attr-defined]  # typer does not export it
