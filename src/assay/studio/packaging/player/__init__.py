"""The learner player: styles and scripts that every package carries, without a build step and without outside requests."""
