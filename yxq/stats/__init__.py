"""Numbers only: intervals and tests (`evidence`), chances (`forecast`)."""
