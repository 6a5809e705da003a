"""The words of a label's page in English and French, as HTML, and how the page looks."""

from __future__ import annotations

from types import MappingProxyType

from ai_power_export.label.rated import Words

STYLE = """
body{margin:0;font:1rem/1.5 system-ui,sans-serif}
body{color:#111820;background:#eef1f4}
main{max-width:64rem;margin:0 auto;padding:1rem;display:grid;gap:1rem}
h1{margin:0;overflow-wrap:anywhere}h2{margin-top:0}h3{margin:0 0 .5rem}
figure{margin:0;text-align:center}
svg{max-width:100%;height:auto}
section{background:#fff;padding:1rem;border-radius:.5rem;overflow-wrap:anywhere;min-width:0}
article{border-top:1px solid #c4cad0;padding:1rem 0}
dl{display:grid;grid-template-columns:minmax(6rem,auto) 1fr;gap:.25rem 1rem;margin:0}
dt{color:#4d5761}dd{margin:0}
table{border-collapse:collapse;margin:.75rem 0;width:100%;max-width:32rem}
caption{text-align:left;color:#4d5761}th,td{border:1px solid #c4cad0;padding:.25rem .4rem;text-align:center}
.mark{display:inline-block;min-width:1.6em;text-align:center;border:1px solid #111820;border-radius:.2em}
@media(min-width:60rem){main{grid-template-columns:30rem 1fr}h1{grid-column:1/-1}}
@media(min-width:60rem){figure{grid-row:2/4}}
"""
"""One column on a phone, the picture beside the reasons on a wide screen."""

_PHRASES = MappingProxyType(
    {
        "why": Words("Why this rating", "Pourquoi cette note"),
        "origin": Words("Where it comes from", "D'où elle vient"),
        "range": Words(
            "The first letter is that of the values in the report; their uncertainty allows the others.",
            "La première lettre est celle des valeurs du rapport\u00a0; leur incertitude permet les autres.",
        ),
        "value": Words("Value", "Valeur"),
        "letter": Words("Letter", "Lettre"),
        "weight": Words("Weight", "Poids"),
        "effect": Words("Effect", "Effet"),
        "same": Words("is the letter of all", "est la lettre de l'ensemble"),
        "pulls up": Words("better than the letter of all", "meilleur que la lettre de l'ensemble"),
        "pulls down": Words("worse than the letter of all", "moins bon que la lettre de l'ensemble"),
        "standing": Words("In the group", "Dans le groupe"),
        "percentile": Words(
            "better than, or as good as, {share} % of the runs",
            "meilleur que {share}\u00a0% des exécutions, ou aussi bon",
        ),
        "boundaries": Words("Where one letter becomes the next", "Où une lettre devient la suivante"),
        "up": Words("One letter up:", "Une lettre de mieux\u00a0:"),
        "check": Words(
            "Anyone who has the report can compute this label again:",
            "Quiconque a le rapport peut recalculer cette étiquette\u00a0:",
        ),
    }
)


def phrase(what: str, language: str) -> str:
    """Return words of the page."""
    return _PHRASES[what].in_language(language)
