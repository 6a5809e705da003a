import torch
from torch.utils.data import Dataset
from transformers import GPT2Config, GPT2LMHeadModel, Trainer, TrainingArguments


class Blocks(Dataset):
    def __init__(self, count, length):
        generator = torch.Generator().manual_seed(0)
        self.blocks = torch.randint(0, 64, (count, length), generator=generator)

    def __len__(self):
        return len(self.blocks)

    def __getitem__(self, index):
        return {"input_ids": self.blocks[index], "labels": self.blocks[index]}


model = GPT2LMHeadModel(
    GPT2Config(vocab_size=64, n_positions=32, n_embd=32, n_layer=3, n_head=2, bos_token_id=0, eos_token_id=0)
)
arguments = TrainingArguments(
    output_dir="gpt2",
    max_steps=12,
    per_device_train_batch_size=4,
    learning_rate=1e-3,
    lr_scheduler_type="cosine",
    warmup_steps=2,
    optim="adafactor",
    save_strategy="no",
    report_to=[],
    use_cpu=True,
    hub_token="hf_" + "0" * 20,
)
Trainer(model=model, args=arguments, train_dataset=Blocks(32, 16)).train()
