"""``python -m mtf_engine.session``."""

from mtf_engine.session import protocol

if __name__ == "__main__":
    protocol.serve()
