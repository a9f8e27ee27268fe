"""The example management system: a small company that writes courses and marks exams with AI, with its weak spots."""

from assay.registers.demo.place import has_example, has_own, is_example
from assay.registers.demo.prepare import example_prepare
from assay.registers.demo.story import ORGANIZATION, Story, story

__all__ = ["ORGANIZATION", "Story", "example_prepare", "has_example", "has_own", "is_example", "story"]
