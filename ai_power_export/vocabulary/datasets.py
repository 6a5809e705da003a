"""Public data sets that are known by their names, whichever library loads them."""

from __future__ import annotations

import re

_NAMES = {
    "image": """
        beans cats_vs_dogs celeb_a cifar10 cifar100 coco emnist eurosat fashion_mnist food101
        horses_or_humans imagenet imagenet_1k kmnist mnist mnist_784 oxford_flowers102
        oxford_iiit_pet rock_paper_scissors stl10 svhn_cropped tiny_imagenet
    """,
    "text": """
        ag_news alpaca alpaca_cleaned amazon_polarity banking77 billsum bookcorpus c4 cnn_dailymail
        conll2003 databricks_dolly_15k dbpedia_14 eli5 emotion glue imdb imdb_reviews multi_nli
        openwebtext opus_books rotten_tomatoes samsum squad squad_v2 sst2 super_glue tweet_eval
        wikitext wmt14 wmt16 xnli xsum yelp_polarity yelp_review_full
    """,
    "audio": """
        common_voice common_voice_11_0 common_voice_13_0 common_voice_17_0 fleurs gtzan
        librispeech_asr lj_speech minds14 speech_commands superb voxpopuli
    """,
    "tabular": "adult adult_census diamonds iris penguins titanic wine_quality",
}
DATA_TYPE_OF_NAME = {name: data_type for data_type, names in _NAMES.items() for name in names.split()}


def data_type_of(name: str) -> str:
    """Return the type of data of a public data set; empty where its name is not known.

    >>> data_type_of("mozilla-foundation/common_voice_13_0"), data_type_of("my-data")
    ('audio', '')
    """
    leaf = re.sub(r"[-\s]+", "_", name.rpartition("/")[2].lower())
    return DATA_TYPE_OF_NAME.get(leaf, "")
