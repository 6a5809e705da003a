import torch
from torch.utils.data import Dataset
from transformers import Trainer, TrainingArguments, ViTConfig, ViTForImageClassification


class Squares(Dataset):
    def __init__(self, count):
        self.labels = torch.arange(count) % 3

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        label = self.labels[index]
        return {"pixel_values": torch.randn(3, 32, 32) + label, "labels": label}


def compute_metrics(predictions):
    return {"accuracy": (predictions.predictions.argmax(-1) == predictions.label_ids).mean()}


torch.manual_seed(0)
trainer = Trainer(
    model=ViTForImageClassification(
        ViTConfig(
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            image_size=32,
            patch_size=8,
            num_labels=3,
        )
    ),
    args=TrainingArguments(
        output_dir="vit",
        num_train_epochs=2,
        per_device_train_batch_size=12,
        learning_rate=1e-3,
        save_strategy="no",
        report_to=[],
        use_cpu=True,
    ),
    train_dataset=Squares(60),
    eval_dataset=Squares(24),
    compute_metrics=compute_metrics,
)
trainer.train()
print(trainer.evaluate())
