"""A sentence transformer learns from pairs of texts that mean the same."""

import tempfile

from datasets import Dataset
from sentence_transformers import SentenceTransformerTrainer, SentenceTransformerTrainingArguments
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from tiny_sentence_transformer import tiny_model

model = tiny_model()
pairs = Dataset.from_dict(
    {"anchor": [f"number {n}" for n in range(32)], "positive": [f"numeral {n}" for n in range(32)]}
)
arguments = SentenceTransformerTrainingArguments(
    output_dir=tempfile.mkdtemp(),
    num_train_epochs=2,
    per_device_train_batch_size=8,
    learning_rate=1e-4,
    report_to="none",
    use_cpu=True,
    save_strategy="no",
)
SentenceTransformerTrainer(
    model=model, args=arguments, train_dataset=pairs, loss=MultipleNegativesRankingLoss(model)
).train()
