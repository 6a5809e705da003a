"""Reasons why there is no letter, in French.

Ratings tell them in English; each pattern here is one of their sentences, and what stands in it is kept.
"""

from __future__ import annotations

import re

_FRENCH = tuple(
    (re.compile(english), french)
    for english, french in (
        (r"no value", "aucune valeur"),
        (r"the value is zero", "la valeur est nulle"),
        (r"the value is negative", "la valeur est négative"),
        (r"the value is no finite number", "la valeur n'est pas un nombre fini"),
        (r"the group has no reference value", "le groupe n'a pas de valeur de référence"),
        (
            r"the reference value of the group is no number above zero",
            "la valeur de référence du groupe n'est pas un nombre positif",
        ),
        (r"too few comparable runs", "trop peu d'exécutions comparables"),
        (
            r"all comparable runs have the same value",
            "toutes les exécutions comparables ont la même valeur",
        ),
        (
            r"the scheme has no boundaries for this group",
            "le barème n'a pas de seuils pour ce groupe",
        ),
        (r"runs of this stage do not have it", "les exécutions de cette étape n'en ont pas"),
        (r"no metric with a weight got a letter", "aucune mesure pondérée n'a de lettre"),
        (r"one end of its uncertainty has no letter", "une borne de son incertitude n'a pas de lettre"),
        (r"(\d+) comparable runs?, (\d+) needed", r"\1 exécution(s) comparable(s), \2 requises"),
        (r"no comparable runs", "aucune exécution comparable"),
        (
            r"no comparable runs: the report does not tell what its energy is counted by",
            "aucune exécution comparable : le rapport n'indique pas par quoi compter son énergie",
        ),
        (
            r"no comparable runs: the report does not tell (.+)",
            r"aucune exécution comparable : le rapport n'indique pas \1",
        ),
        (
            r"no comparable runs: the scheme has none of (.+)",
            r"aucune exécution comparable : le barème n'en a pas pour \1",
        ),
        (r"the report does not tell it \((.+)\)", r"le rapport ne l'indique pas (\1)"),
        (r"the report counts no (.+)", r"le rapport ne compte pas d'unité « \1 »"),
        (
            r"two measures are by (.+): parts of the run, or one and the same\?",
            r"deux mesures par \1 : des parties de l'exécution, ou la même ?",
        ),
        (
            r"(.+) are several stages: measure each alone",
            r"\1 sont plusieurs étapes : mesurer chacune à part",
        ),
        (r"there is none for the stage (.*)", r"il n'y en a pas pour l'étape \1"),
        (
            r"how many samples it was trained on is not told (\(.+\))",
            r"le nombre d'échantillons d'entraînement n'est pas indiqué \1",
        ),
        (
            r"a search trains many models, and nobody tells how many",
            "une recherche entraîne beaucoup de modèles, et personne ne dit combien",
        ),
        (
            r"its algorithms were trained for different numbers of epochs",
            "ses algorithmes ont été entraînés pendant des nombres d'époques différents",
        ),
        (
            r"how many epochs it was trained for is not told (\(.+\))",
            r"le nombre d'époques d'entraînement n'est pas indiqué \1",
        ),
        (
            r"how many requests were answered is not told (\(.+\))",
            r"le nombre de requêtes n'est pas indiqué \1",
        ),
    )
)
_NO_UNIT = "no functional unit: "


def reason_in(text: str, language: str) -> str:
    """Return a reason in a language; as it is where no pattern is its own.

    >>> reason_in("no functional unit: the report counts no token", "fr")
    "aucune unité fonctionnelle : le rapport ne compte pas d'unité « token »"
    """
    if language != "fr":
        return text
    if text.startswith(_NO_UNIT):
        return f"aucune unité fonctionnelle : {reason_in(text.removeprefix(_NO_UNIT), language)}"
    return next(
        (found.expand(french) for english, french in _FRENCH if (found := english.fullmatch(text))), text
    )
