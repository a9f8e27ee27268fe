"""What the registry knows of this pathway."""

from assay.studio.pathways.kinds import READ_CANARIES, READS, Pathway, RemediationPolicy
from assay.studio.pathways.p19_competency_map import generator, schema
from assay.studio.pathways.p19_competency_map.prompt import prompt

PATHWAY = Pathway(
    number=19,
    slug="competency-map",
    name="Competency mapping",
    learner_facing=True,
    stakes="credential",
    required=READS,
    audience="learners and certification bodies",
    canaries=READ_CANARIES,
    policy=RemediationPolicy(in_place=False, sign_off=True),
    generator=generator,
    schema=schema,
    prompt=prompt,
)
