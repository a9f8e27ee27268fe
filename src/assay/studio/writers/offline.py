"""The default writer: composes from catalog and knowledge. Same context and task, same output; opens no connection."""

from __future__ import annotations

from dataclasses import dataclass

from assay.studio.context import ProgrammeGenerationContext
from assay.studio.permit import permit_require
from assay.studio.tasks import Task, Way, Written


@dataclass(frozen=True)
class OfflineWriter:
    """Composes with the generator of the pathway."""

    name: str = "offline-composer"
    version: str = "2"

    def write(self, way: Way, context: ProgrammeGenerationContext, task: Task) -> Written:
        """Compose one artefact. Raises NotPermitted outside the spine."""
        permit_require(pathway=way.slug, context=context.digest)
        return Written(way.generator.compose(context, task))
