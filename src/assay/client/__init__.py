"""What others use without our server: statements, state digests and offline verification.

Here belong the leaf format, the reading of raw rows, and the verifier of data folders, packs and exported logs. No
Django, no network, no clock. May import `core`; the ledger imports from here, never the other way round.
"""
