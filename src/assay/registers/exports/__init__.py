"""Records and the Statement of Applicability as files."""
