"""What is asked: the model of a plan folder, which `load` reads and checks.

`folder` (the whole, and a `Plan` of one period), `period`, `target`, `measure`, `units`, `forms`,
`scoring`, of the pieces in `model`; `diff` between two plans; `draft` of the next one; the plans
that come with the program under `shipped/`.
"""
