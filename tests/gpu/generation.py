"""A small language model in half precision that writes nonsense on the GPU for some seconds."""

import time

import torch
from transformers import LlamaConfig, LlamaForCausalLM


def main(seconds=8.0):
    config = LlamaConfig(
        vocab_size=4096, hidden_size=1024, intermediate_size=2816, num_hidden_layers=8, num_attention_heads=16
    )
    model = LlamaForCausalLM(config).half().to("cuda").eval()
    prompt = torch.randint(0, 4096, (8, 32), device="cuda")
    begin = time.perf_counter()
    while time.perf_counter() - begin < seconds:
        model.generate(prompt, max_new_tokens=64, do_sample=True, pad_token_id=0)
    torch.cuda.synchronize()


if __name__ == "__main__":
    main()
