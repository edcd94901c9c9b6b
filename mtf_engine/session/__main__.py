"""``python -m mtf_engine.session [LOG]``."""

import sys
from pathlib import Path

from mtf_engine.session import protocol

if __name__ == "__main__":
    protocol.serve(Path(sys.argv[1]) if sys.argv[1:] else None)
