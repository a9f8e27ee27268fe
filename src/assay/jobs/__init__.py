"""Background work that survives its worker: leased jobs, steps that happen once, schedules.

Here belong the tables of jobs, steps and schedules, the worker, and the registry of handlers. What a job does belongs
to the room that registers its handler. May import: accounts, ui, ledger, client, detect, catalog, core.
"""
