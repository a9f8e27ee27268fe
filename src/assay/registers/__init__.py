"""The management system of ISO/IEC 42001 as living records: clauses 4 to 10 and Annex A, one mechanism for every register.

Belongs here: what a register is (`declaration`), the registers themselves (one folder each under `records/`), the generic
tables, services, queries, pages and endpoints that every register gets from its declaration, quality rules over records,
the Statement of Applicability, and the verdicts over obligations, controls, documents and owners. Does not belong here:
programmes and artefacts (`studio`), the rules of a verdict (`core`, `assurance`), pages that join rooms (`reports`). May
import every room below `studio`.
"""
