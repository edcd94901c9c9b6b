"""A user interface's helper: everything that needs pandas or scikit-learn, in one child process of the interface.

``python -m mtf_engine.session`` reads one JSON object a line and answers each with one. It starts in a tenth of a
second: the rooms that load numpy and its like are imported by the first method that needs them. ``protocol`` knows the
pipes, ``methods`` the names, and each family of methods has a module. `docs/reference/session.md` describes them all.
"""
