"""How good the data of a report are: a pedigree matrix, as life-cycle assessment has it, and a medal.

`matrix` is the rule in words and numbers, with its sources; one module an indicator judges a report by
it, and `rate` puts the scores together. What is not known is never rated as good. The rating is
reckoned anew from the report and its evidence wherever it is shown: it ages, and the format has no
field for it.
"""
