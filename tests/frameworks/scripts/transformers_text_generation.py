from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast, pipeline

names = ["[PAD]", "[UNK]", "[END]", "the", "cat", "dog", "sat", "ran", "on", "under", "mat", "tree", "and"]
words = Tokenizer(models.WordLevel({word: i for i, word in enumerate(names)}, unk_token="[UNK]"))
words.pre_tokenizer = pre_tokenizers.Whitespace()
tokenizer = PreTrainedTokenizerFast(
    tokenizer_object=words, pad_token="[PAD]", unk_token="[UNK]", eos_token="[END]", padding_side="left"
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
writer = pipeline("text-generation", model=model, tokenizer=tokenizer, device="cpu", do_sample=False)
for _ in range(3):
    writer(["the cat sat", "the dog ran under"], min_new_tokens=8, max_new_tokens=8)
