"""Programmes as packages: SCORM, cmi5, QTI, books, credentials. Provenance travels inside each.

Belongs here: reading items out of artefacts, the learner player, the writers of the formats. Does not belong here: the
choice whether a programme may be published (`publishing`), pages (`reports`). All modules but `collect` are pure: they
take a `Course` and give bytes, the same bytes for the same course.
"""
