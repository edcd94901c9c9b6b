"""Settings with data of their own, and what hostile data are called."""

TWO_SETS = """version: 1
datasets:  # kept
  - source: data/customers.csv  # from the shop
    target: churned
  - sklearn:wine
models: [ridge]
"""
NASTY = ("[/]", "[red]x[/red]", "\x1b[31mred\x07", "\u202eabc\u200f", "名前", "a, b", "${HOME}", "x" * 10_000)
