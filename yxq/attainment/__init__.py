"""How far each unit has come: from records to measures, attainment, scores, and down to the rows
behind.
"""
