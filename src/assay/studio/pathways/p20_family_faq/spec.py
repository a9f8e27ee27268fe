"""What the registry knows of this pathway."""

from assay.studio.pathways.kinds import READ_CANARIES, READS, Pathway, RemediationPolicy
from assay.studio.pathways.p20_family_faq import generator, schema
from assay.studio.pathways.p20_family_faq.prompt import prompt

PATHWAY = Pathway(
    number=20,
    slug="family-faq",
    name="Family FAQ",
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
