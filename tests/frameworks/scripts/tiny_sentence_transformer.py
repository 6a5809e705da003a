"""A sentence transformer of a tiny, untrained BERT, as it would be made for a language of its own."""

import tempfile
from pathlib import Path
from string import ascii_lowercase

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from transformers import BertConfig, BertModel, BertTokenizer

WORDS = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    *ascii_lowercase,
    *(f"##{each}" for each in ascii_lowercase),
]


def save_tiny_bert(model_class=BertModel, **config) -> str:
    torch.manual_seed(0)
    folder = Path(tempfile.mkdtemp())
    (folder / "vocab.txt").write_text("\n".join(WORDS))
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    model_class(BertConfig(vocab_size=len(WORDS), **sizes, **config)).save_pretrained(folder)
    return str(folder)


def tiny_model() -> SentenceTransformer:
    transformer = Transformer(save_tiny_bert())
    return SentenceTransformer(modules=[transformer, Pooling(32)], device="cpu")
