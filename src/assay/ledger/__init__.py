"""The ledger: an append-only, provable record of everything that changes, one log per organization.

Here belong the outbox, the sequenced entries, the tiles of the Merkle tree, signed checkpoints, proofs, the salted
payloads and the attestation of live rows. Not here: pages (they are in `reports`), people (an actor is a pseudonymous
string) and the words of any register. May import `client`, `catalog` and `core`; every other Django room may append
here.
"""
