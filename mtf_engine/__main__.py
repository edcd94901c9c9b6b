"""``python -m mtf_engine`` is the program ``mtf``."""

from mtf_engine.cli import main

if __name__ == "__main__":
    main()
