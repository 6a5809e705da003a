"""The one table of task rules: what a model is for, on which data, makes which task family."""

from __future__ import annotations

NOT_MACHINE_LEARNING = "generic"
"""Family of a program that trains and asks no model."""

NO_MODEL = "genericComputation"
"""`algorithmType` of such a program: the format wants one of every task."""

OTHER_STAGE = "other"
"""Stage of such a program, where it is not plainly preprocessing."""

ANY = "*"

RULES: tuple[tuple[str, str, str], ...] = (
    # kind of model            data type    family
    ("classification",         "tabular",   "tabularClassification"),
    ("classification",         "text",      "textClassification"),
    ("classification",         "token",     "textClassification"),
    ("classification",         "word",      "textClassification"),
    ("classification",         "image",     "imageClassification"),
    ("classification",         "audio",     "audioClassification"),
    ("classification",         "video",     "videoClassification"),
    ("classification",         ANY,         "classification"),
    ("regression",             "tabular",   "tabularRegression"),
    ("regression",             ANY,         "regression"),
    ("generation",             "text",      "textGeneration"),
    ("generation",             "token",     "textGeneration"),
    ("generation",             "image",     "imageGeneration"),
    ("generation",             "audio",     "audioGeneration"),
    ("generation",             "video",     "videoGeneration"),
    ("generation",             ANY,         "generation"),
    ("embedding",              "text",      "textEmbedding"),
    ("embedding",              "token",     "textEmbedding"),
    ("embedding",              "image",     "imageEmbedding"),
    ("embedding",              ANY,         "embedding"),
    ("reconstruction",         "image",     "imageReconstruction"),
    ("reconstruction",         ANY,         "representationLearning"),
    ("forecasting",            ANY,         "timeSeriesForecasting"),
)  # fmt: skip
"""Read from the top; the first line that fits decides. A kind that no line
names is a family of its own: clustering, anomalyDetection, objectDetection."""


def task_family(kind: str | None, data_type: str | None = None) -> str | None:
    """Return the `taskFamily` of a kind of model on a type of data; None where the kind is unknown."""
    if not kind:
        return None
    for rule_kind, rule_data, family in RULES:
        if kind == rule_kind and rule_data in (data_type, ANY):
            return family
    return kind


FAMILY_OF_TASK = {
    "audio-classification": "audioClassification",
    "automatic-speech-recognition": "speechRecognition",
    "conversational": "chatbot",
    "depth-estimation": "depthEstimation",
    "document-question-answering": "documentQuestionAnswering",
    "feature-extraction": "featureExtraction",
    "fill-mask": "maskedLanguageModeling",
    "image-classification": "imageClassification",
    "image-feature-extraction": "imageEmbedding",
    "image-segmentation": "imageSegmentation",
    "image-text-to-text": "imageTextToText",
    "image-to-image": "imageToImage",
    "image-to-text": "imageCaptioning",
    "mask-generation": "imageSegmentation",
    "ner": "tokenClassification",
    "object-detection": "objectDetection",
    "question-answering": "questionAnswering",
    "sentiment-analysis": "textClassification",
    "summarization": "summarization",
    "table-question-answering": "tableQuestionAnswering",
    "text-classification": "textClassification",
    "text-generation": "textGeneration",
    "text-to-audio": "textToAudio",
    "text-to-speech": "textToSpeech",
    "text2text-generation": "text2textGeneration",
    "token-classification": "tokenClassification",
    "translation": "translation",
    "video-classification": "videoClassification",
    "visual-question-answering": "visualQuestionAnswering",
    "zero-shot-audio-classification": "audioClassification",
    "zero-shot-classification": "textClassification",
    "zero-shot-image-classification": "imageClassification",
    "zero-shot-object-detection": "objectDetection",
    # task types of PEFT
    "CAUSAL_LM": "textGeneration",
    "SEQ_2_SEQ_LM": "text2textGeneration",
    "SEQ_CLS": "textClassification",
    "TOKEN_CLS": "tokenClassification",
}
"""Task names of Hugging Face's libraries to families."""

DATA_OF_FAMILY = {
    "audioClassification": ("audio", "word"),
    "chatbot": ("text", "text"),
    "depthEstimation": ("image", "image"),
    "imageCaptioning": ("image", "text"),
    "imageClassification": ("image", "word"),
    "imageSegmentation": ("image", "image"),
    "imageToImage": ("image", "image"),
    "maskedLanguageModeling": ("text", "text"),
    "objectDetection": ("image", "object"),
    "questionAnswering": ("text", "text"),
    "speechRecognition": ("audio", "text"),
    "summarization": ("text", "text"),
    "text2textGeneration": ("text", "text"),
    "textClassification": ("text", "word"),
    "textEmbedding": ("text", "other"),
    "textGeneration": ("text", "text"),
    "textToAudio": ("text", "audio"),
    "textToImage": ("text", "image"),
    "textToSpeech": ("text", "audio"),
    "textToVideo": ("text", "video"),
    "tokenClassification": ("text", "word"),
    "translation": ("text", "text"),
    "videoGeneration": ("text", "video"),
    "imageGeneration": ("", "image"),
}
"""What a family takes in and gives back at inference, in the words of `dataType`; empty for nothing."""

KIND_OF_OBJECTIVE = {
    **dict.fromkeys(
        ("binary", "multi", "multiclass", "multiclassova", "multiclass_ova", "multiclassonevsall", "softmax"),
        "classification",
    ),
    **dict.fromkeys(("cross_entropy", "crossentropy", "logloss", "ova", "ovr", "xentropy"), "classification"),
    **dict.fromkeys(("multilogloss", "multicrossentropy"), "classification"),
    **dict.fromkeys(("reg", "regression", "regression_l1", "regression_l2", "count"), "regression"),
    **dict.fromkeys(("l1", "l2", "l2_root", "mae", "mse", "rmse", "mape", "multirmse", "lq"), "regression"),
    **dict.fromkeys(("mean_absolute_error", "mean_squared_error", "root_mean_squared_error"), "regression"),
    **dict.fromkeys(("mean_absolute_percentage_error", "expectile", "loglinquantile"), "regression"),
    **dict.fromkeys(("fair", "gamma", "huber", "poisson", "quantile", "tweedie"), "regression"),
    **dict.fromkeys(("survival", "cox", "survivalaft"), "survivalAnalysis"),
    **dict.fromkeys(("rank", "lambdarank", "rank_xendcg", "xendcg", "xe_ndcg", "xe_ndcg_mart"), "ranking"),
    **dict.fromkeys(("xendcg_mart", "yetirank", "yetirankpairwise", "stochasticrank"), "ranking"),
    **dict.fromkeys(("pairlogit", "pairlogitpairwise", "queryrmse", "querysoftmax"), "ranking"),
}
"""Objective of a boosting library, before its colon, to what the model is for."""

KIND_OF_LOSS = {
    "binarycrossentropy": "classification",
    "binaryfocalcrossentropy": "classification",
    "categoricalcrossentropy": "classification",
    "categoricalhinge": "classification",
    "sparsecategoricalcrossentropy": "classification",
    "hinge": "classification",
    "squaredhinge": "classification",
    "mse": "regression",
    "meansquarederror": "regression",
    "mae": "regression",
    "meanabsoluteerror": "regression",
    "mape": "regression",
    "meanabsolutepercentageerror": "regression",
    "msle": "regression",
    "meansquaredlogarithmicerror": "regression",
    "huber": "regression",
    "logcosh": "regression",
    "poisson": "regression",
}
"""Keras's names of losses, in lower case without `_`, to what the model is for."""
