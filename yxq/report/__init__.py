"""What readers see of the results: text, figures, sections, pages, sheets.

`display`: results as text; `figures`: a frame drawn with matplotlib, and `figure_data`: which
numbers go into which; `blocks`: the pieces of a page; `sections`: functions of frames that give
one; `pages`: what stands on which page; `html` and `fonts`: a page as one file; `sheets`: the
workbook's views; `notebook`: what the notebooks call.
"""
