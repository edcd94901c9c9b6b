"""``python -m mtf_engine.session [LOG]``."""

import sys
from pathlib import Path

from mtf_engine import environment
from mtf_engine.session import protocol

if __name__ == "__main__":
    environment.collect_seldom()
    protocol.serve(Path(sys.argv[1]) if sys.argv[1:] else None)
