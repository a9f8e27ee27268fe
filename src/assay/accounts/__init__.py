"""Organizations and their people: roles, sign-in, sessions, tokens.

Here belong who somebody is, which organization they act for and what their role lets them do. What a record means, and
who owns it, belongs to the room of that record. May import: ui, ledger, client, detect, catalog, core.
"""
