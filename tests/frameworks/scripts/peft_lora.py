from datasets import Dataset
from peft import LoraConfig, TaskType, get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM, Trainer, TrainingArguments

model = LlamaForCausalLM(
    LlamaConfig(
        vocab_size=64,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        bos_token_id=0,
        eos_token_id=1,
    )
)
model = get_peft_model(
    model,
    LoraConfig(
        task_type=TaskType.CAUSAL_LM,
        r=4,
        lora_alpha=16,
        lora_dropout=0.1,
        target_modules=["q_proj", "v_proj"],
    ),
)
model.print_trainable_parameters()

blocks = [[(i + j) % 64 for j in range(16)] for i in range(40)]
trainer = Trainer(
    model=model,
    args=TrainingArguments(
        output_dir="out",
        num_train_epochs=2,
        per_device_train_batch_size=10,
        learning_rate=1e-3,
        save_strategy="no",
        report_to=[],
        use_cpu=True,
    ),
    train_dataset=Dataset.from_dict({"input_ids": blocks, "labels": blocks}),
)
trainer.train()
