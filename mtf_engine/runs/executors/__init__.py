"""Executors: where cells run. `protocol` says what one is; `local` runs worker processes on this machine."""
