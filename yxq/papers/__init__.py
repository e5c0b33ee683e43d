"""The office's own papers: Word documents, slides and a mail, filled from templates that the office
edits in Word, PowerPoint and Notepad.

`safe`: which files may be templates; `sandbox`: what a template may do; `template` (of Word),
`deck` (of PowerPoint) and `mail` (plain text): one that is read once and filled often; `stopped`:
why it could not be; `shelf`: where they are; `frames`, `names` and `changes`: what a template may
ask for, worked out of the frames that pages show; `make`: all papers of a pack. See
`docs/papers.md` for every name that a template may use.
"""
