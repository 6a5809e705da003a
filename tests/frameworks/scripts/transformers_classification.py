import numpy as np
from datasets import Dataset
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    DataCollatorWithPadding,
    PreTrainedTokenizerFast,
    Trainer,
    TrainingArguments,
)

rng = np.random.default_rng(0)
good, bad, other = ["good", "great", "fine"], ["bad", "awful", "poor"], ["film", "plot", "actor", "scene"]


def review(label):
    words = rng.choice(good if label else bad, 3).tolist() + rng.choice(other, 5).tolist()
    return " ".join(words)


labels = rng.integers(0, 2, 80).tolist()
data = Dataset.from_dict({"text": [review(label) for label in labels], "label": labels})

vocabulary = {word: i for i, word in enumerate(["[PAD]", "[UNK]", *good, *bad, *other])}
words = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
words.pre_tokenizer = pre_tokenizers.Whitespace()
tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, pad_token="[PAD]", unk_token="[UNK]")

data = data.map(lambda rows: tokenizer(rows["text"]), batched=True)
parts = data.train_test_split(test_size=16, seed=0)

model = BertForSequenceClassification(
    BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=32,
        num_labels=2,
    )
)


def compute_metrics(predictions):
    found = predictions.predictions.argmax(axis=-1)
    return {"accuracy": float((found == predictions.label_ids).mean())}


trainer = Trainer(
    model=model,
    args=TrainingArguments(
        output_dir="bert",
        num_train_epochs=3,
        per_device_train_batch_size=8,
        gradient_accumulation_steps=2,
        learning_rate=5e-3,
        weight_decay=0.01,
        eval_strategy="epoch",
        save_strategy="no",
        report_to=[],
        use_cpu=True,
    ),
    train_dataset=parts["train"],
    eval_dataset=parts["test"],
    processing_class=tokenizer,
    data_collator=DataCollatorWithPadding(tokenizer),
    compute_metrics=compute_metrics,
)
trainer.train()
