"""Evaluation: one cell at a time into stored predictions, and from them every score and comparison."""
