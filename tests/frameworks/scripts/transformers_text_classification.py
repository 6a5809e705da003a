from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import (
    DistilBertConfig,
    DistilBertForSequenceClassification,
    PreTrainedTokenizerFast,
    pipeline,
)

names = ["[PAD]", "[UNK]", "a", "good", "bad", "film", "very", "not"]
words = Tokenizer(models.WordLevel({word: i for i, word in enumerate(names)}, unk_token="[UNK]"))
words.pre_tokenizer = pre_tokenizers.Whitespace()
tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, pad_token="[PAD]", unk_token="[UNK]")
model = DistilBertForSequenceClassification(
    DistilBertConfig(vocab_size=len(names), dim=32, n_layers=3, n_heads=2, hidden_dim=64)
)
judge = pipeline("text-classification", model=model, tokenizer=tokenizer, device="cpu")
for _ in range(5):
    judge(["a good film", "a bad film", "not a very good film", "not bad"])
