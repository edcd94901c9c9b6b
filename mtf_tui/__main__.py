"""``python -m mtf_tui``."""

from mtf_tui.cli import main

if __name__ == "__main__":
    main()
