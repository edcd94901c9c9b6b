"""Pictures in rows of cells: pure functions from data and a width to ``rich.text.Text``."""
