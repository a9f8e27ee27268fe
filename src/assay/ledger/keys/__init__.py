"""Where the keys lie that sign checkpoints: a file, a token behind PKCS#11, or a signer of others' making.

Belongs here: making a key, finding it again, having it sign. Does not belong here: what is signed, when keys change, what
the log says of it (`ledger.signing`, `ledger.services`). `hardware` needs the extra `assay[pkcs11]` and is imported by
name, where a setting asks for it.
"""
