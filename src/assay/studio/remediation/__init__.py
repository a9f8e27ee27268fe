"""Findings into fixes: one engine, one policy table by pathway (`studio.stakes`).

Belongs here: who writes (`writing`), what the fix of one finding is or why there is none (`plan`), and the act itself
(`services`). Does not belong here: how texts are judged (`detect`), how findings open and close (`assurance`). No writer
is ever given the text that it replaces.
"""
