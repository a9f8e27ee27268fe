"""Pure arithmetic that the whole product rests on: canonical bytes, Merkle trees, signed notes, verdicts, gates,
words.

Belongs here: functions of their arguments alone, which an auditor can replay. Does not belong here: a framework, a
database, a network, a clock, randomness, or anything that knows courses, controls or organizations. Time enters as
`now`. May import no other room; only `cryptography`, `rfc8785` and the standard library.
"""
