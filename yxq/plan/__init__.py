"""What is asked: the model of a plan, which `yxq.plan_folders` reads from files.

`folder` (the whole, and a `Plan` of one period), `period`, `target`, `measure`, `requirement`,
`worth`, `units`, `forms`, `scoring`, of the pieces in `model`; `listing` of the targets; the plans
that come with the program under `shipped/`.
"""
