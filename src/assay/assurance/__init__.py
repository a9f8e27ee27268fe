"""Surfaces, their populations, measurements, findings, canaries, verdicts and gates.

What belongs here: everything between an artefact's text and the verdict about the surface that it lies on, for any kind
of surface: who registers a surface says what its cells and strata are, this room never learns what they mean. The
append-only batches (`DefinitionBatch`, `PopulationBatch`, `MeasurementBatch`, `CanaryBatch`) and the dispositions are
the truth, each with its ledger entry; cell, measurement and finding rows are an index of them for reading, and
`history.replay` computes the same inputs from the batches alone, up to any position of the ledger.

What does not: programmes and pathways (`studio`), how text is judged (`detect`), how a verdict is computed
(`core.assess`), pages and exports (`reports`, `studio`).

May import: `jobs`, `accounts`, `ui`, `ledger`, `client`, `detect`, `catalog`, `core`.
"""
