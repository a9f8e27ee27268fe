"""Wrong facts about the programme's own standard."""
