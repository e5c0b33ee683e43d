"""What a night does: jobs, keys, papermill over all of them, the pack, its prints."""
