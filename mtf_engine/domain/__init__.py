"""The vocabulary of MTF: frozen values, standard library only, no input or output."""
