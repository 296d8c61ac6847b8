"""Reads an exported model, and an adapter if there is one, as PyTorch tooling does, and prints log-probabilities.

    read_export.py MODEL [ADAPTER] < sequences.json

sequences: [{"tokens": [...], "promptLength": n}, ...]. Prints one summed log-probability per sequence, in float64. The
forward pass is written from Hugging Face's description of Llama, and shares nothing with Tilt.
"""
import json
import math
import struct
import sys

import torch

DTYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}


def read_safetensors(path):
    with open(path, "rb") as file:
        data = bytearray(file.read())
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        raw = data[8 + size + begin : 8 + size + end]
        tensors[name] = torch.frombuffer(raw, dtype=DTYPES[entry["dtype"]]).reshape(entry["shape"]).double()
    return tensors


def with_adapter(weights, folder):
    with open(f"{folder}/adapter_config.json") as file:
        config = json.load(file)
    adapter = read_safetensors(f"{folder}/adapter_model.safetensors")
    scale = config["lora_alpha"] / config["r"]
    used = set()
    for name in weights:
        base = "base_model.model." + name.removesuffix(".weight")
        down, up = f"{base}.lora_A.weight", f"{base}.lora_B.weight"
        if up in adapter:
            assert name.split(".")[-2] in config["target_modules"], name
            weights[name] = weights[name] + scale * adapter[up] @ adapter[down]
            used |= {down, up}
    assert used == set(adapter), sorted(set(adapter) - used)
    return weights


def rotate(x, positions, theta):
    half = x.shape[-1] // 2
    angles = positions[:, None] * theta ** (-torch.arange(half, dtype=torch.float64) / half)
    cos, sin = angles.cos().repeat(1, 2), angles.sin().repeat(1, 2)
    return x * cos + torch.cat([-x[..., half:], x[..., :half]], -1) * sin


def log_probability(config, weights, tokens, prompt):
    heads, kv_heads, size = (config[key] for key in ("num_attention_heads", "num_key_value_heads", "head_dim"))

    def norm(x, name):
        return x * (x.pow(2).mean(-1, keepdim=True) + config["rms_norm_eps"]).rsqrt() * weights[name]

    embedding = weights["model.embed_tokens.weight"]
    x = embedding[torch.tensor(tokens)]
    length = len(tokens)
    positions = torch.arange(length, dtype=torch.float64)
    causal = torch.full((length, length), -math.inf, dtype=torch.float64).triu(1)
    for layer in range(config["num_hidden_layers"]):
        at = f"model.layers.{layer}"
        y = norm(x, f"{at}.input_layernorm.weight")

        def split(kind, count):
            return (y @ weights[f"{at}.self_attn.{kind}_proj.weight"].T).view(length, count, size).transpose(0, 1)

        q = rotate(split("q", heads), positions, config["rope_theta"])
        k = rotate(split("k", kv_heads), positions, config["rope_theta"]).repeat_interleave(heads // kv_heads, 0)
        v = split("v", kv_heads).repeat_interleave(heads // kv_heads, 0)
        attention = (q @ k.transpose(1, 2) / math.sqrt(size) + causal).softmax(-1) @ v
        x = x + attention.transpose(0, 1).reshape(length, heads * size) @ weights[f"{at}.self_attn.o_proj.weight"].T
        y = norm(x, f"{at}.post_attention_layernorm.weight")
        gate, up = (y @ weights[f"{at}.mlp.{kind}_proj.weight"].T for kind in ("gate", "up"))
        x = x + (torch.nn.functional.silu(gate) * up) @ weights[f"{at}.mlp.down_proj.weight"].T
    head = embedding if config["tie_word_embeddings"] else weights["lm_head.weight"]
    logs = (norm(x, "model.norm.weight") @ head.T).log_softmax(-1)
    return sum(logs[t - 1, tokens[t]].item() for t in range(prompt, length))


def main():
    folder, *adapter = sys.argv[1:]
    with open(f"{folder}/config.json") as file:
        config = json.load(file)
    weights = read_safetensors(f"{folder}/model.safetensors")
    if adapter:
        weights = with_adapter(weights, adapter[0])
    print(json.dumps([
        log_probability(config, weights, one["tokens"], one["promptLength"]) for one in json.load(sys.stdin)
    ]))


main()
