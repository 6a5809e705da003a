from datasets import Dataset
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from trl import SFTConfig, SFTTrainer

names = ["[PAD]", "[UNK]", "[END]", "the", "cat", "dog", "sat", "ran", "on", "under", "mat", "tree", "and"]
words = Tokenizer(models.WordLevel({word: i for i, word in enumerate(names)}, unk_token="[UNK]"))
words.pre_tokenizer = pre_tokenizers.Whitespace()
tokenizer = PreTrainedTokenizerFast(
    tokenizer_object=words, pad_token="[PAD]", unk_token="[UNK]", eos_token="[END]"
)
model = LlamaForCausalLM(
    LlamaConfig(
        vocab_size=len(names),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        pad_token_id=0,
        bos_token_id=2,
        eos_token_id=2,
    )
)
texts = ["the cat sat on the mat", "the dog ran under the tree"] * 20
trainer = SFTTrainer(
    model=model,
    args=SFTConfig(
        output_dir="out",
        num_train_epochs=2,
        per_device_train_batch_size=8,
        max_length=16,
        bf16=False,
        save_strategy="no",
        report_to=[],
        use_cpu=True,
    ),
    train_dataset=Dataset.from_dict({"text": texts}),
    processing_class=tokenizer,
)
trainer.train()
