"""Words that readers see: wording in both languages, reasons, errors, colours.

Offers: `wording.Words`, `wording.reason`, `wording.refusal`, `colours`.
"""
