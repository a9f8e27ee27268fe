"""What the registry knows of this pathway."""

from assay.studio.pathways.kinds import READ_CANARIES, READS, Pathway, RemediationPolicy
from assay.studio.pathways.p04_lesson import generator, schema
from assay.studio.pathways.p04_lesson.prompt import prompt

PATHWAY = Pathway(
    number=4,
    slug="lesson",
    name="Lesson generation",
    learner_facing=True,
    stakes="practice",
    required=READS,
    audience="learners",
    canaries=READ_CANARIES,
    policy=RemediationPolicy(in_place=True, sign_off=False),
    generator=generator,
    schema=schema,
    prompt=prompt,
)
