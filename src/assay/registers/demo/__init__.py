"""The example management system: a small company that writes courses and marks exams with AI, with its weak spots."""

from assay.registers.demo.prepare import example_prepare
from assay.registers.demo.story import ORGANIZATION, Story, story

__all__ = ["ORGANIZATION", "Story", "example_prepare", "story"]
