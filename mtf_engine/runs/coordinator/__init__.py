"""The process that carries a run: ``python -m mtf_engine.runs.coordinator DIR``.

`session` is its hold on the directory, `preparation` makes the plan, `schedule` says what is next, `shelf` publishes
results, `loop` runs it all, `ending` turns what happened into the run's last event and an exit code. This file loads
nothing: the process shows that it is alive before it loads anything heavy.
"""
