import torch
from transformers import GPT2Config, GPT2LMHeadModel

torch.manual_seed(0)
model = GPT2LMHeadModel(
    GPT2Config(vocab_size=64, n_positions=128, n_embd=32, n_layer=2, n_head=2, bos_token_id=0, eos_token_id=0)
).eval()
for i in range(6):
    prompt = torch.randint(1, 64, (1, 4 + i))
    model.generate(
        prompt,
        attention_mask=torch.ones_like(prompt),
        min_new_tokens=20,
        max_new_tokens=20,
        do_sample=True,
        temperature=0.7,
        pad_token_id=0,
    )
