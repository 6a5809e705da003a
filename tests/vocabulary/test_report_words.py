import pytest

from ai_power_export.vocabulary.report_words import (
    COMPONENT_TYPES,
    METHODS,
    OTHER_STAGES,
    TRAINING_TYPES,
    in_camel_case,
    meant_word,
)
from ai_power_export.vocabulary.stages import STAGE_WORDS


@pytest.mark.parametrize(
    ("text", "known", "meant"),
    [
        ("fine-tuning", STAGE_WORDS, "finetuning"),
        ("Fine Tuning", STAGE_WORDS, "finetuning"),
        ("pre-processing", STAGE_WORDS, "preprocessing"),
        ("inferrence", STAGE_WORDS, "inference"),
        ("prediction", STAGE_WORDS, "inference"),
        ("Supervised Learning", TRAINING_TYPES, "supervisedLearning"),
        ("semi-supervised", TRAINING_TYPES, "semiSupervisedLearning"),
        ("Code Carbon", METHODS, "codecarbon"),
        ("watt-meter", METHODS, "wattmeter"),
        ("CPU", COMPONENT_TYPES, "cpu"),
        ("memory", COMPONENT_TYPES, "ram"),
    ],
)
def test_another_spelling_leads_to_the_word(text, known, meant):
    assert meant_word(text, known, OTHER_STAGES) == meant


@pytest.mark.parametrize(
    "text", ["pretraining", "evaluation", "reinforcement", "rag", "training", "", "…", "x" * 1000, "gpus"]
)
def test_a_word_of_its_own_is_left_alone(text):
    assert meant_word(text, STAGE_WORDS, OTHER_STAGES) is None


@pytest.mark.parametrize(
    "text",
    ["textClassification", "text classification", "llm", "text2textGeneration", "détection d'objets", "a/b"],
)
def test_the_spellings_of_the_format_are_left_alone(text):
    assert in_camel_case(text) is None


@pytest.mark.parametrize(
    ("text", "camel"),
    [
        ("Text Classification", "textClassification"),
        ("text_classification", "textClassification"),
        ("LLM", "llm"),
    ],
)
def test_others_are_written_in_camel_case(text, camel):
    assert in_camel_case(text) == camel
