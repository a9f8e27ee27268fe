"""Addresses of the pages across registers."""

from tests.rooms.registers_material import record_of
from tests.rooms.samples.registers import of_impact, of_record, present
from tests.rooms.url_samples import World, sample

sample("risk-matrix", "own", arguments=present)
sample("risk-losses", "own", arguments=present)
sample("crosswalk", "own", arguments=present)
sample("crosswalk-framework", "own", arguments=lambda world: {**present(world), "framework": "iso27001"})
sample("lifecycle", "own", arguments=present)
sample("system-graph", "own", arguments=present)
sample("record-graph", "object", arguments=of_record)

for name in ("home", "obligations", "matrix", "lifecycle", "graph", "crosswalk", "review_inputs"):
    sample(f"api-1:system_{name}", "own", arguments=present)
sample("api-1:framework_crosswalk", "own", arguments=lambda world: {**present(world), "framework": "iso27001"})
sample("api-1:record_links", "object", arguments=of_record)
sample("api-1:system_impact", "object", arguments=of_impact)


def of_system(world: World) -> dict[str, object]:
    return {"record_id": record_of("ai-systems", world.asha, world.now).pk}


sample("system-documentation", "object", arguments=of_system)
sample("api-1:system_documentation", "object", arguments=of_system)
