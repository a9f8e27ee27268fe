"""Pages: one module per subject; each reads one query's dataclass and renders one template."""
