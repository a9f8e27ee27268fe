"""Publishing: a narrow gate, the switch that enforces it, and what was published.

Belongs here: the decision (`gate`, pure), the facts it rests on (`facts`), whether governance is enforced (`switch`), the
act (`services`). Does not belong here: verdicts (`assurance`), packages for learning systems. The gate never asks for a
verdict's state: low coverage, legacy stamps, categories B and C are shown beside it and block nothing.
"""
