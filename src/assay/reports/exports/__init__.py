"""A verdict and its findings written for other programs: one module per format, each a pure function of `AuditReport`."""
