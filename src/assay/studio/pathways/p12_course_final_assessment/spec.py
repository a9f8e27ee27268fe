"""What the registry knows of this pathway."""

from assay.studio.pathways.kinds import PLAY_CANARIES, PLAYS, Pathway, RemediationPolicy
from assay.studio.pathways.p12_course_final_assessment import generator, schema
from assay.studio.pathways.p12_course_final_assessment.prompt import prompt

PATHWAY = Pathway(
    number=12,
    slug="course-final-assessment",
    name="Course final assessment",
    learner_facing=True,
    stakes="credential",
    required=PLAYS,
    audience="learners and assessors",
    canaries=PLAY_CANARIES,
    policy=RemediationPolicy(in_place=False, sign_off=True),
    generator=generator,
    schema=schema,
    prompt=prompt,
)
