"""What readers see of the results: text, figures, sections, pages, sheets.

`display`: results as text; `figures`: matplotlib; `sections`: functions of frames that return
`blocks`; `pages`: a class a page, which hands frames to sections; `html` and
`fonts`: a page as one file; `sheets`: the workbook's views; `notebook`: what the notebooks call.
"""
