"""Texts of settings files, and what hostile data are called."""

TWO_SETS = """version: 1
datasets:  # kept
  - source: data/customers.csv  # from the shop
    target: churned
  - sklearn:wine
models: [ridge]
"""
COMMENTED = """# kept
version: 1
datasets:
  - sklearn:wine
  - sklearn:diabetes
pipeline:
  - drop_duplicates
  - impute: {numeric: median}  # as agreed
  - encode
  - scale
models:
  - logistic_regression: {C: 0.5}
  #off - svm
  - random_forest
"""
NASTY = ("[/]", "[red]x[/red]", "\x1b[31mred\x07", "\u202eabc\u200f", "名前", "a, b", "${HOME}", "x" * 10_000)
