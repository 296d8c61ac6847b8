"""Trains a language model on preferences.jsonl with the loss, the strategy and the ratios of one run of Tilt.

    pip install torch transformers accelerate          # and peft, for --lora-rank
    accelerate launch train.py --model NAME_OR_FOLDER

One GPU or many machines: whatever `accelerate config` describes (data parallel or FSDP). The result does not depend on
how a batch is spread: losses of the whole batch are gathered before anything is weighted. preferences.jsonl is a
preference file as TRL reads it (prompt, chosen, rejected), with h and weight beside; TRL's own trainers would ignore these.

The model should have been fine-tuned on preferred target responses first, as Tilt does; it is its own reference.
"""

import argparse
import contextlib
import json
import math
import os
import random

import torch
import torch.nn.functional as F
from objective import PER_TOKEN, WITHOUT_RATIO, WITHOUT_REFERENCE, normalised, pair_losses, strategy_weights

# <config>
CONFIG = {
    "run": "a template",
    "loss": "dpo",
    "loss_params": {"beta": 0.1, "label_smoothing": 0},
    "strategy": "dora_inside",
    "strategy_params": {"lam": 1, "shift": 0},
    "mean_h": 1,
    "steps": 60,
    "batch": 16,
    "warmup": 0.05,
    "schedule": "constant",
    "weight_decay": 0,
    "clip": 1,
    "lora_rank": 0,
    "lora_alpha": 16,
    "lora_targets": "qv",
    "seed": 1,
}
# </config>

# ---- one batch over many processes ----


def my_slots(batch, rank, world):
    """Equal numbers of slots per process, since gather wants equal shapes; slots past the end repeat the last pair."""
    size = math.ceil(len(batch) / world)
    return [batch[min(i, len(batch) - 1)] for i in range(rank * size, (rank + 1) * size)]


def my_coefficients(accelerator, losses, batch_h, config):
    """V, all losses of the batch, and dV/dl of this process's slots.

    A log-mean-exp over each process's share would be another objective (a mean of logs is not the log of a mean), so the
    losses of all processes are gathered, one number per pair, and every process computes the same weights from them.
    gather concatenates by rank, which is the batch's order again; the repeated slots stand at the end and get 0.
    """
    everything = accelerator.gather(losses.detach())[: len(batch_h)]
    value, g = strategy_weights(
        config["strategy"], config["strategy_params"], everything, batch_h.to(everything.device), config["mean_h"]
    )
    size = len(losses)
    padded = torch.zeros(size * accelerator.num_processes, dtype=g.dtype, device=g.device)
    padded[: len(g)] = g
    mine = padded[accelerator.process_index * size :][:size]
    return value, everything, g, mine


def losses_of(model, pairs, reference, config, device):
    """Losses and margins of encoded pairs; `reference` has their rows [pairs, 2]."""
    a = response_logps(model, [(p["prompt"], p[side]) for side in ("chosen", "rejected") for p in pairs], device)
    aw, al = a.chunk(2)
    rw, rl = reference.to(device).unbind(1)
    nw, nl = (torch.tensor([float(len(p[side])) for p in pairs], device=device) for side in ("chosen", "rejected"))
    name = config["loss"]
    losses = pair_losses(name, config["loss_params"], aw, al, rw, rl, nw, nl)
    margins = aw / nw - al / nl if name in PER_TOKEN else (aw - rw) - (al - rl)
    return losses, margins.detach()


def response_logps(model, sequences, device):
    """Log-probability of each response after its prompt, summed over its tokens. Masked by length: EOS may be PAD."""
    width = max(len(prompt) + len(response) for prompt, response in sequences)
    ids = torch.zeros(len(sequences), width, dtype=torch.long)
    mask, scored = torch.zeros_like(ids), torch.zeros(len(sequences), width - 1)
    for i, (prompt, response) in enumerate(sequences):
        end = len(prompt) + len(response)
        ids[i, :end] = torch.tensor(prompt + response)
        mask[i, :end] = 1
        scored[i, len(prompt) - 1 : end - 1] = 1
    ids, mask, scored = ids.to(device), mask.to(device), scored.to(device)
    logits = model(input_ids=ids, attention_mask=mask).logits[:, :-1].float()
    tokens = -F.cross_entropy(logits.transpose(1, 2), ids[:, 1:], reduction="none")
    return (tokens * scored).sum(1)


def pieces(items, size):
    return [items[i : i + size] for i in range(0, len(items), size)]


def train_step(accelerator, model, optimizer, pairs, h, reference, batch, micro, config):
    """One update on the pairs `batch` (indices, the same on every process), `micro` pairs at a time."""
    parts = pieces(my_slots(batch, accelerator.process_index, accelerator.num_processes), micro)
    compute = lambda part: losses_of(model, [pairs[i] for i in part], reference[part], config, accelerator.device)
    # Weights need all losses first. Where a process's share fits in one piece, its forward pass serves twice; else
    # the losses are computed once without gradient, and again piece by piece with their weights as constants.
    with contextlib.nullcontext() if len(parts) == 1 else torch.no_grad():
        first = [compute(part) for part in parts]
    losses = torch.cat([loss for loss, _ in first])
    value, everything, g, mine = my_coefficients(accelerator, losses, h[batch], config)
    for k, (part, weights) in enumerate(zip(parts, pieces(mine, micro))):
        last = k == len(parts) - 1
        with contextlib.nullcontext() if last else accelerator.no_sync(model):
            loss = first[0][0] if len(parts) == 1 else compute(part)[0]
            # Data-parallel wrappers average gradients over processes. V's gradient is the plain sum of g * dl over all
            # pairs, wherever they are: hence the factor.
            accelerator.backward((weights.to(loss.dtype) * loss).sum() * accelerator.num_processes)
    if config["clip"] > 0:
        accelerator.clip_grad_norm_(model.parameters(), config["clip"])
    optimizer.step()
    optimizer.zero_grad()
    q = normalised(g)
    return {"value": float(value), "loss": float(everything.mean()), "ess": float(1 / (q**2).sum()), "max_weight": float(q.max())}


def learning_rate(step, config):
    warm = math.ceil(config["steps"] * config["warmup"])
    if step < warm:
        return config["lr"] * (step + 1) / warm
    done = (step - warm) / max(1, config["steps"] - warm)
    return config["lr"] * {"constant": 1, "linear": 1 - done, "cosine": (1 + math.cos(math.pi * done)) / 2}[config["schedule"]]


def batches(count, config):
    """Endless batches of indices, every pair once per pass; the same on all processes, from the seed alone."""
    draws, order = random.Random(config["seed"]), []
    size = min(config["batch"], count)
    while True:
        while len(order) < size:
            order += draws.sample(range(count), count)
        yield order[:size]
        order = order[size:]


@torch.no_grad()
def over_all(accelerator, count, micro, compute):
    """compute(part of indices) -> [len(part), 2], for all pairs, spread over the processes and put together again."""
    slots = my_slots(list(range(count)), accelerator.process_index, accelerator.num_processes)
    mine = torch.cat([compute(part) for part in pieces(slots, micro)])
    return accelerator.gather(mine)[:count]


def reference_logps(accelerator, model, pairs, micro, config):
    """[pairs, 2]: what the starting model says of chosen and rejected. Before any update it is the reference."""
    if config["loss"] in WITHOUT_REFERENCE:
        return torch.zeros(len(pairs), 2)

    def compute(part):
        sides = [[(pairs[i]["prompt"], pairs[i][side]) for i in part] for side in ("chosen", "rejected")]
        return torch.stack([response_logps(model, side, accelerator.device) for side in sides], 1)

    return over_all(accelerator, len(pairs), micro, compute).cpu()


def evaluate(accelerator, model, pairs, reference, micro, config):
    def compute(part):
        found = losses_of(model, [pairs[i] for i in part], reference[part], config, accelerator.device)
        return torch.stack(found, 1)

    losses, margins = over_all(accelerator, len(pairs), micro, compute).unbind(1)
    return {"eval_loss": float(losses.mean()), "eval_rewards/accuracies": float((margins > 0).float().mean())}


def train(accelerator, model, optimizer, pairs, h, reference, micro, config, log):
    drawn = batches(len(pairs), config)
    for step in range(config["steps"]):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, config)
        log(step, train_step(accelerator, model, optimizer, pairs, h, reference, next(drawn), micro, config))


# ---- files, tokens, models ----


def encode(tokenizer, row, limit):
    """Token ids of a pair, of at most `limit` tokens per sequence, as Tilt makes them.

    Prompt and responses are tokenised apart, so that a response's tokens are its own. The prompt gives way first, from its
    left, down to half of `limit`; then responses are cut on their right, and one that was cut does not end.
    """
    plain = lambda text: tokenizer(text, add_special_tokens=False)["input_ids"]
    eos, bos = tokenizer.eos_token_id, tokenizer.bos_token_id
    # A text starts with BOS where the model's own tokenizer puts one there (not Qwen's, say); no prompt is without a token.
    begins = bos is not None and tokenizer("")["input_ids"][:1] == [bos]
    prompt = plain(row["prompt"])
    start = [bos] if begins else [] if prompt else [eos]
    sides = {side: plain(row[side]) + [eos] for side in ("chosen", "rejected")}
    room = max(limit - max(len(ids) for ids in sides.values()), limit // 2)
    prompt = start + prompt[max(0, len(start) + len(prompt) - room) :]
    return {"prompt": prompt, **{side: ids[: limit - len(prompt)] for side, ids in sides.items()}}


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--model", required=True, help="model to start from, and reference")
    options.add_argument("--data", default=os.path.join(here, "preferences.jsonl"))
    options.add_argument("--out", default="tilt-model")
    # The run's rate was for its small model. TRL's default for DPO is 1e-6; adapters take about ten times as much.
    options.add_argument("--lr", type=float)
    options.add_argument("--micro", type=int, default=4, help="pairs per forward pass and device")
    options.add_argument("--max-length", type=int, default=1024)
    options.add_argument("--fixed-weights", action="store_true", help="the run's last tilt weights instead of the strategy")
    for name in ("steps", "batch", "lora_rank", "seed"):
        options.add_argument("--" + name.replace("_", "-"), type=int, default=CONFIG[name])
    args = options.parse_args()

    from accelerate import Accelerator
    from accelerate.utils import set_seed
    from transformers import AutoModelForCausalLM, AutoTokenizer

    accelerator = Accelerator()
    # Whatever a config says: pieces of a batch are --micro here, and their gradients are summed, not averaged.
    accelerator.gradient_accumulation_steps = 1
    config = {**CONFIG, **{name: getattr(args, name) for name in ("steps", "batch", "lora_rank", "seed")}}
    config["lr"] = args.lr or (1e-5 if config["lora_rank"] else 1e-6)
    set_seed(config["seed"])
    with open(args.data, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.strip()]
    used = [row for row in rows if row.get("split") != "held-out"]
    held = [row for row in rows if row.get("split") == "held-out"]
    if args.fixed_weights:
        config.update(strategy="reweight", strategy_params={})
    column = "weight" if args.fixed_weights else "h"
    if config["strategy"] not in WITHOUT_RATIO and any(row.get(column) is None for row in used):
        missing = sum(row.get(column) is None for row in used)
        accelerator.print(f"{missing} of {len(used)} pairs have no {column} and count as 1.")
    h = torch.tensor([1.0 if row.get(column) is None else row[column] for row in used], dtype=torch.float64)

    tokenizer = AutoTokenizer.from_pretrained(args.model)
    # Whatever the file stores, weights are trained in 32 bits: steps of 1e-6 would be rounded away in 16. Products may be
    # taken in 16 bits all the same: accelerate launch --mixed_precision bf16.
    model = AutoModelForCausalLM.from_pretrained(args.model).float()
    model.config.use_cache = False
    if config["lora_rank"]:
        from peft import LoraConfig, get_peft_model

        attention = ["q_proj", "k_proj", "v_proj", "o_proj"]
        targets = {"qv": ["q_proj", "v_proj"], "attention": attention, "all": attention + ["gate_proj", "up_proj", "down_proj"]}
        model = get_peft_model(
            model,
            LoraConfig(
                task_type="CAUSAL_LM",
                r=config["lora_rank"],
                lora_alpha=config["lora_alpha"],
                lora_dropout=0,
                target_modules=targets[config["lora_targets"]],
            ),
        )
    model.eval()  # no dropout: policy and reference are compared token by token, and pieces are computed twice
    trained = [(name, value) for name, value in model.named_parameters() if value.requires_grad]
    decayed = [value for _, value in trained if value.dim() > 1]
    free = [value for _, value in trained if value.dim() <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": config["weight_decay"]}, {"params": free, "weight_decay": 0.0}], lr=config["lr"]
    )
    model, optimizer = accelerator.prepare(model, optimizer)

    pairs, judged = ([encode(tokenizer, row, args.max_length) for row in part] for part in (used, held))
    accelerator.print(f"{CONFIG['run']}: {len(pairs)} pairs to train on, {len(judged)} held out")
    reference = reference_logps(accelerator, model, pairs, args.micro, config)
    held_reference = reference_logps(accelerator, model, judged, args.micro, config) if judged else None
    shown = lambda values: ", ".join(f"{name} {value:.4g}" for name, value in values.items())
    log = lambda step, values: accelerator.print(f"step {step + 1}: {shown(values)}")
    train(accelerator, model, optimizer, pairs, h, reference, args.micro, config, log)
    if judged:
        accelerator.print(shown(evaluate(accelerator, model, judged, held_reference, args.micro, config)))
    state = accelerator.get_state_dict(model)
    accelerator.unwrap_model(model).save_pretrained(
        args.out, is_main_process=accelerator.is_main_process, save_function=accelerator.save, state_dict=state
    )
    if accelerator.is_main_process:
        tokenizer.save_pretrained(args.out)


if __name__ == "__main__":
    main()
