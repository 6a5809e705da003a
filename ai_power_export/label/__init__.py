"""The energy label: reports and result tables rated A to E under a named, versioned, frozen scheme.

`rated` has the words that all share, `scheme` the rules as files. `index`, `boundaries` and `compound`
are the arithmetic, numbers in and grades out; `tables` rates the result tables of others by it, and
`rate` one report. A letter that was not earned is never given: it is None, with the reason beside it.
"""
