"""Badges for those who pass: Open Badges 3.0 credentials, signed by the organization, with an entry in the ledger.

Belongs here: writing, signing and checking credentials. Does not belong here: who passed, which the learning platform
says. `credential` is pure. Nothing personal is stored: the ledger commits to the digest of a badge, the learner has it.
"""
