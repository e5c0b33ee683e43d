"""Quality-plan targets, attainment and the pack."""
