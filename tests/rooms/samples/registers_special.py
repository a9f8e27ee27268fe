"""Addresses of the pages across registers."""

from tests.rooms.samples.registers import of_record, present
from tests.rooms.url_samples import sample

sample("risk-matrix", "own", arguments=present)
sample("risk-losses", "own", arguments=present)
sample("crosswalk", "own", arguments=present)
sample("crosswalk-framework", "own", arguments=lambda world: {**present(world), "framework": "iso27001"})
sample("lifecycle", "own", arguments=present)
sample("system-graph", "own", arguments=present)
sample("record-graph", "object", arguments=of_record)
