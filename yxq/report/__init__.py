"""What readers see of the results: text, figures, sections, pages, sheets.

<<<<<<< HEAD
`display`: results as text; `plots` and `figures`: which numbers go into which picture, and how it
is drawn; `blocks` and `pages`: sections and the pages they make; `html` and `fonts`: a page as one
file; `sheets`: the workbook's views; `notebook`: what the notebooks call.
=======
`display`: results as text; `figures`: matplotlib; `sections`: functions of frames that return
`blocks`; `pages`: a class a page, which hands frames to sections; `html` and
`fonts`: a page as one file; `sheets`: the workbook's views; `notebook`: what the notebooks call.
>>>>>>> r-pages
"""
