"""Checks by name or code: the built-in ones and those of plugins, through one door."""

from __future__ import annotations

from mtf_engine.checks.specification import CheckSpecification
from mtf_engine.errors import PluginError
from mtf_engine.plugins import distribution_of, load, names, unknown

GROUP = "mtf.checks"


def get(name: str) -> CheckSpecification:
    """Look a check up by its name or by its stable code.

    Parameters
    ----------
    name : str
        Such as ``train_test_overlap`` or ``MTF101``.

    Raises
    ------
    PluginError
        No check goes by that name, or its plugin is broken.

    Examples
    --------
    >>> get("MTF101").name
    'train_test_overlap'
    """
    if name in names(GROUP):
        return _specification(name)
    by_code = {one.code: one for one in specifications()}
    if name.upper() in by_code:
        return by_code[name.upper()]
    raise unknown(GROUP, name, (*names(GROUP), *by_code))


def specifications() -> tuple[CheckSpecification, ...]:
    """List every check, sorted by code.

    Raises
    ------
    PluginError
        A plugin is broken, or two checks claim one code.
    """
    found: dict[str, CheckSpecification] = {}
    for name in names(GROUP):
        one = _specification(name)
        if one.code in found:
            owners = f"{distribution_of(GROUP, found[one.code].name)} and {distribution_of(GROUP, name)}"
            raise PluginError(
                f"The check code {one.code} is claimed by {found[one.code].name} and {name} (from {owners}).",
                hint="Uninstall one of them.",
            )
        found[one.code] = one
    return tuple(found[code] for code in sorted(found))


def _specification(name: str) -> CheckSpecification:
    value = load(GROUP, name)
    if not isinstance(value, CheckSpecification):
        raise PluginError(
            f"The plugin {name!r} in {GROUP}, from {distribution_of(GROUP, name)}, is not a CheckSpecification.",
            hint="Point the entry point at a module-level CheckSpecification.",
        )
    return value
