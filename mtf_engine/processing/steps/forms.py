"""The parameters of steps as forms ask for them, typed by each step's own specification."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtf_engine.domain.forms import Form, FormField
from mtf_engine.processing.steps import registry as steps


def step_parameters(name: str) -> Form:
    """Make the form of a step."""
    spec = steps.get(name)
    schema = spec.parameters.model_json_schema()
    required = schema.get("required", [])
    fields = [schema_field(key, found, required=key in required) for key, found in schema.get("properties", {}).items()]
    kinds = ", ".join(sorted(kind.value for kind in spec.applies_to))
    columns = FormField(
        name="columns",
        type="columns",
        default=None,
        description="Columns to work on." if spec.needs_columns else f"Columns to work on; else all that are {kinds}.",
        optional=not spec.needs_columns,
        required=spec.needs_columns,
    )
    return Form(
        name=spec.name,
        summary=spec.summary,
        docs=f"docs/reference/steps.md#{spec.name}",
        fields=(*fields, columns),
        short="columns" if spec.needs_columns else spec.short,
    )


def schema_field(name: str, schema: Mapping[str, Any], *, required: bool = False) -> FormField:
    """Read one property of a JSON schema."""
    options = [option for option in schema.get("anyOf", [schema]) if option.get("type") != "null"]
    chosen: Mapping[str, Any] = options[0] if options else {}
    if len(options) == 1 and chosen.get("type") == "array":
        words = tuple(map(str, chosen.get("items", {}).get("enum", ())))
        return FormField(name, "names", schema.get("default"), str(schema.get("description", "")), words)
    choices = tuple(str(choice) for option in options for choice in option.get("enum", [option.get("const")]) if choice)
    types = {"number": "number", "integer": "integer", "boolean": "flag", "string": "text"}
    is_closed = bool(choices) and all("enum" in option or "const" in option for option in options)
    kind = types.get(str(chosen.get("type")), "any") if len(options) == 1 else "any"
    kind = "choice" if is_closed else kind
    return FormField(
        name=name,
        type=kind,
        default=schema.get("default"),
        description=str(schema.get("description", "")),
        choices=choices,
        optional=len(options) < len(schema.get("anyOf", [schema])),
        low=chosen.get("minimum", chosen.get("exclusiveMinimum")),
        high=chosen.get("maximum", chosen.get("exclusiveMaximum")),
        excludes_low="exclusiveMinimum" in chosen,
        excludes_high="exclusiveMaximum" in chosen,
        required=required,
    )
