"""Assay: the AI management system (ISO/IEC 42001) that proves itself."""
