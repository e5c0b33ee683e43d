"""What readers see, as words, signs and colours, in both languages; a floor for all other rooms.

`wording.Words` says everything, from `words.yml` (`catalogue`); `states` and `reasons` are what
tables hold in place of words; `errors` are refusals in one line; `text` compares and cleans text;
`colours` is the palette.
"""
