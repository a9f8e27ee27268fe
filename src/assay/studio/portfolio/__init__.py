"""The portfolio sweep: read-only toward content, and the signed report that answers "widespread or isolated?".

Belongs here: what a report says and how two are compared (`report`, `comparison`, pure), starting, scheduling and
keeping sweeps, and fixing many findings on the strength of a report (`services`). Does not belong here: how one surface
is measured (`assurance`, `studio.sweeping`), background work as such (`jobs`).
"""
