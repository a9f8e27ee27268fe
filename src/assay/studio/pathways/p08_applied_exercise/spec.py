"""What the registry knows of this pathway."""

from assay.studio.pathways.kinds import PLAY_CANARIES, PLAYS, Pathway, RemediationPolicy
from assay.studio.pathways.p08_applied_exercise import generator, schema
from assay.studio.pathways.p08_applied_exercise.prompt import prompt

PATHWAY = Pathway(
    number=8,
    slug="applied-exercise",
    name="Applied exercises",
    learner_facing=True,
    stakes="practice",
    required=PLAYS,
    audience="learners and tutors",
    canaries=PLAY_CANARIES,
    policy=RemediationPolicy(in_place=True, sign_off=False),
    generator=generator,
    schema=schema,
    prompt=prompt,
)
