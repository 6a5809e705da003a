import os
import tempfile
from pathlib import Path

hub = Path(tempfile.mkdtemp())
os.environ.update(HF_HOME=str(hub), HF_HUB_OFFLINE="1")

from datasets import Dataset  # noqa: E402 - reads the environment
from transformers import (  # noqa: E402
    AutoModelForSequenceClassification,
    BertConfig,
    BertModel,
    Trainer,
    TrainingArguments,
)

# What a download leaves in the local cache of the hub.
cached = hub / "hub" / "models--acme--tiny-bert"
commit = "0123456789abcdef0123456789abcdef01234567"
(cached / "refs").mkdir(parents=True)
(cached / "refs" / "main").write_text(commit)
small = BertConfig(
    vocab_size=64, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
)
BertModel(small).save_pretrained(cached / "snapshots" / commit)

model = AutoModelForSequenceClassification.from_pretrained("acme/tiny-bert", num_labels=1)
data = Dataset.from_dict(
    {
        "input_ids": [[i % 64, (i * 7) % 64, (i * 11) % 64, 3] for i in range(48)],
        "label": [float(i % 5) for i in range(48)],
    }
)
trainer = Trainer(
    model=model,
    args=TrainingArguments(
        output_dir="out",
        num_train_epochs=2,
        per_device_train_batch_size=16,
        save_strategy="no",
        report_to=[],
        use_cpu=True,
    ),
    train_dataset=data,
)
trainer.train()
