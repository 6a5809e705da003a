"""The words of a label, in English and French."""

from __future__ import annotations

import re
from types import MappingProxyType

from ai_power_export.errors import BadInput
from ai_power_export.label.rated import Words

LANGUAGES = ("en", "fr")

WORDS = MappingProxyType(
    {
        "label": Words("Energy label", "Étiquette énergie"),
        "of": Words("Energy that AI uses", "Énergie que l'IA utilise"),
        "energy per": Words("Energy per {unit}", "Énergie par {unit}"),
        "per": Words("{title} per {unit}", "{title} par {unit}"),
        "no unit": Words("No functional unit is declared", "Aucune unité fonctionnelle déclarée"),
        "range": Words("{letter}, {best} to {worst}", "{letter}, de {best} à {worst}"),
        "not rated": Words("not rated", "non noté"),
        "information": Words("for information", "pour information"),
        "unknown": Words("no value", "aucune valeur"),
        "uncovered": Words("{share} % of the weight is not rated", "{share}\u00a0% du poids n'est pas noté"),
        "more": Words("and {count} more metrics", "et {count} autres métriques"),
        "compared": Words(
            "Compared with {members} runs ({needed} needed)",
            "Comparé à {members} exécutions ({needed} requises)",
        ),
        "scheme": Words("Scheme {name}, version {version}", "Barème {name}, version {version}"),
        "run": Words("Run of {date}", "Exécution du {date}"),
        "no date": Words("Day of the run not told", "Jour de l'exécution inconnu"),
        "quality": Words("Quality of the report: {quality}", "Qualité du rapport\u00a0: {quality}"),
        "no quality": Words(
            "Quality of the report not told (±50 %)", "Qualité du rapport inconnue (±50\u00a0%)"
        ),
        "report": Words("Report {id}", "Rapport {id}"),
        "badge": Words("AI energy", "énergie IA"),
    }
)
"""By what they say; what stands in braces is filled in."""

_FRENCH = MappingProxyType(
    {
        "training": "entraînement",
        "retraining": "réentraînement",
        "finetuning": "affinage",
        "inference": "inférence",
        "preprocessing": "prétraitement",
        "image": "image",
        "text": "texte",
        "tabular": "données tabulaires",
        "audio": "son",
        "video": "vidéo",
        "token": "jeton",
        "word": "mot",
        "request": "requête",
        "sample": "échantillon",
        "sample and epoch": "échantillon et époque",
        "epoch": "époque",
        "second": "seconde",
        "run": "exécution",
        "imageClassification": "classification d'images",
        "textClassification": "classification de textes",
        "tabularClassification": "classification de données tabulaires",
        "tabularRegression": "régression sur données tabulaires",
        "textGeneration": "génération de texte",
        "imageGeneration": "génération d'images",
        "high": "élevée (±10\u00a0%)",
        "medium": "moyenne (±25\u00a0%)",
        "low": "faible (±50\u00a0%)",
    }
)
_ENGLISH = MappingProxyType({"high": "high (±10 %)", "medium": "medium (±25 %)", "low": "low (±50 %)"})


def checked(language: str) -> str:
    """Return a language that a label can be written in.

    Raises:
        BadInput: It cannot be written in that one.
    """
    if language not in LANGUAGES:
        raise BadInput(f"a label is written in {' or '.join(LANGUAGES)}, not in {language[:20]!r}")
    return language


def say(what: str, language: str, /, **filled: object) -> str:
    """Return words of the label, filled in."""
    return WORDS[what].in_language(language).format(**filled)


def term(word: str, language: str) -> str:
    """Return a term of a report, such as a stage or a unit, in a language; as it is where we know no other.

    >>> term("imageClassification", "en"), term("request", "fr")
    ('image classification', 'requête')
    """
    known = (_FRENCH if language == "fr" else _ENGLISH).get(word)
    return known or re.sub(r"(?<=[a-z])([A-Z])(?=[a-z])", lambda found: f" {found[1].lower()}", word)
