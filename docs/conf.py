"""How the documentation is built: Sphinx with MyST, furo and numpydoc; nothing is loaded from another host."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent / "_ext")]

from mtf_engine import __version__  # noqa: E402 - the path comes first

project = "MTF"
author = "The MTF authors"
copyright = author  # noqa: A001 - Sphinx's name
release = version = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc", "generated"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["_build"]
nitpicky = True

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
myst_links_external_new_tab = False
# Types are named without their module where several modules have one of that name, such as Estimate.
suppress_warnings = ["ref.python"]
autosummary_generate = False

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
python_display_short_literal_types = True
python_maximum_signature_line_length = 100
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
# Signatures name types of the standard library and of numpy, pandas and click, whose inventories are on other hosts.
nitpick_ignore_regex = [(r"py:.*", r"(?!mtf_engine\.).*")]

html_theme = "furo"
html_title = f"MTF {release}"
html_static_path: list[str] = []
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {"navigation_with_keys": True}
# Formulas are plain text: the default renderer would load a script from another host.
html_math_renderer = "plain"
