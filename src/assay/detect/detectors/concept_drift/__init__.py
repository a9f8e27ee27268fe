"""Another family's subject, taught without its name."""
