"""The office's own papers: Word documents filled from templates that the office edits in Word.

`safe`: which Word files may be templates; `sandbox`: what a template may do; `template`: one that
is read once and filled often; `shelf`: where they are; `frames` and `names`: what a template may
ask for, worked out of the frames that pages show; `make`: all papers of a pack. See
`docs/papers.md` for every name that a template may use.
"""
