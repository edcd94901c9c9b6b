"""Readers: bytes of one format → an Arrow table and notes on what was decided."""
