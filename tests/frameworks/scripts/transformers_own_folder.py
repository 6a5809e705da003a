from datasets import Dataset
from transformers import LlamaConfig, LlamaForCausalLM, Trainer, TrainingArguments

small = LlamaConfig(
    vocab_size=64,
    hidden_size=32,
    intermediate_size=64,
    num_hidden_layers=2,
    num_attention_heads=2,
    bos_token_id=0,
    eos_token_id=1,
)
LlamaForCausalLM(small).save_pretrained("work/secret-customer-model")

model = LlamaForCausalLM.from_pretrained("work/secret-customer-model")
blocks = [[(i + j) % 64 for j in range(16)] for i in range(40)]
data = Dataset.from_dict({"input_ids": blocks, "labels": blocks})
trainer = Trainer(
    model=model,
    args=TrainingArguments(
        output_dir="out",
        num_train_epochs=2,
        per_device_train_batch_size=10,
        bf16=True,
        save_strategy="no",
        report_to=[],
        use_cpu=True,
    ),
    train_dataset=data,
)
trainer.train()
