"""Findings into fixes: one engine, one policy table by pathway.

Belongs here: what may be written again and how far that reaches (`policy`), who writes (`writing`), what the fix of one
finding is or why there is none (`plan`), and the act itself (`services`). Does not belong here: how texts are judged
(`detect`), how findings open and close (`assurance`). May import what `studio` may; `policy` and `writing` know no
database, and no writer is ever given the text that it replaces.
"""
