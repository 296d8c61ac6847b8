"""Checks the exported objective and training loop. Usage: trl_check.py FOLDER REQUEST.json; prints failures as JSON."""

import contextlib
import json
import os
import sys
import tempfile
import types

import torch

folder, request_file = sys.argv[1:3]
sys.path.insert(0, folder)
import objective
import train as script

failures, checked = [], 0


def compare(case, name, got, want, rtol=1e-9, atol=1e-11):
    global checked
    checked += 1
    got, want = (torch.as_tensor(x, dtype=torch.float64) for x in (got, want))
    ok = got.shape == want.shape and bool(((got - want).abs() <= atol + rtol * want.abs()).all())
    if not ok:
        failures.append(f"{case} {name}: got {str(got.tolist())[:300]}, want {str(want.tolist())[:300]}")


def tensor(values, grad=False):
    return torch.tensor(values, dtype=torch.float64, requires_grad=grad)


def pair_case(case, params):
    x = case["inputs"]
    aw, al = tensor(x["policy_chosen_logps"], True), tensor(x["policy_rejected_logps"], True)
    rest = [tensor(x[name]) for name in ("ref_chosen_logps", "ref_rejected_logps", "chosen_lengths", "rejected_lengths")]
    return aw, al, objective.pair_losses(case["objective"], params, aw, al, *rest)


def pairwise(case):
    aw, al, losses = pair_case(case, case["params"])
    losses.sum().backward()
    compare(case["id"], "losses", losses.detach(), case["outputs"]["losses"])
    compare(case["id"], "chosen", aw.grad, case["outputs"]["grad_policy_chosen"])
    compare(case["id"], "rejected", al.grad, case["outputs"]["grad_policy_rejected"])


def listwise(case):
    policy = tensor(case["inputs"]["policy_logps"], True)
    ratios = policy - tensor(case["inputs"]["ref_logps"])
    losses = objective.list_losses(case["params"], ratios, tensor(case["inputs"]["scores"]))
    losses.sum().backward()
    compare(case["id"], "losses", losses.detach(), case["outputs"]["losses"])
    compare(case["id"], "policy", policy.grad, case["outputs"]["grad_policy"])


def robust(case):
    x = case["inputs"]
    value, g = objective.strategy_weights(case["wrapper"], case["params"], tensor(x["losses"]), tensor(x["h"]), case.get("mean_h"))
    loose = {"rtol": 1e-7, "atol": 1e-9} if case["wrapper"] in ("kl_dro_constrained", "dora_inside") else {}
    compare(case["id"], "value", value, case["outputs"]["value"], **loose)
    compare(case["id"], "gradient", g, case["outputs"]["grad_losses"], **loose)


def end_to_end(case):
    aw, al, losses = pair_case(case, case["params"])
    value, g = objective.strategy_weights(case["wrapper"], case["wrapper_params"], losses, tensor(case["outputs"]["h"]))
    (g * losses).sum().backward()
    loose = {"rtol": 1e-7, "atol": 1e-9} if case["wrapper"] == "kl_dro_constrained" else {}
    compare(case["id"], "value", value, case["outputs"]["value"], **loose)
    compare(case["id"], "chosen", aw.grad, case["outputs"]["grad_policy_chosen"], **loose)
    compare(case["id"], "rejected", al.grad, case["outputs"]["grad_policy_rejected"], **loose)


def schedule(case):
    got = [script.learning_rate(step, case["config"]) for step in range(case["config"]["steps"])]
    compare(case["id"], "rates", got, case["rates"])


class Bytes:
    """A byte is a token, as the page numbers them; BOS is declared by some models, and written by fewer."""

    def __init__(self, bos, begins):
        self.eos_token_id, self.bos_token_id, self.begins = 0, bos, begins

    def __call__(self, text, add_special_tokens=True):
        start = [self.bos_token_id] if self.begins and add_special_tokens else []
        return {"input_ids": start + [1 + byte for byte in text.encode()]}


def encoded(case):
    got = script.encode(Bytes(case["bos"], case["begins"]), case["row"], case["limit"])
    for name in ("prompt", "chosen", "rejected"):
        compare(case["id"], name, got[name], case["tokens"][name])


# ---- the loop: a stand-in for accelerate over torch.distributed, and a model that is one table ----


class Accelerator:
    device = torch.device("cpu")

    def __init__(self, rank, world):
        self.process_index, self.num_processes = rank, world

    def gather(self, x):
        if self.num_processes == 1:
            return x
        parts = [torch.empty_like(x) for _ in range(self.num_processes)]
        torch.distributed.all_gather(parts, x.contiguous())
        return torch.cat(parts)

    def no_sync(self, model):
        return model.no_sync() if self.num_processes > 1 else contextlib.nullcontext()

    def backward(self, loss):
        loss.backward()

    def clip_grad_norm_(self, parameters, limit):
        torch.nn.utils.clip_grad_norm_(parameters, limit)


class Bigram(torch.nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(7)
        self.table = torch.nn.Embedding(12, 12)

    def forward(self, input_ids, attention_mask):
        return types.SimpleNamespace(logits=self.table(input_ids))


class Words:
    """Letters as tokens; 0 ends a text."""

    bos_token_id, eos_token_id = 1, 0

    def __call__(self, text, add_special_tokens=True):
        return {"input_ids": [1] * add_special_tokens + [2 + ord(letter) % 10 for letter in text]}


def run(rank, world, micro, config):
    accelerator = Accelerator(rank, world)
    model = Bigram().eval()
    if world > 1:
        model = torch.nn.parallel.DistributedDataParallel(model)
    rows = [{"prompt": "a" * (i % 3), "chosen": "bcd"[: 1 + i % 3], "rejected": "eg" * (1 + i % 2)} for i in range(9)]
    pairs = [script.encode(Words(), row, 64) for row in rows]
    h = torch.linspace(0.2, 2.5, 9, dtype=torch.float64)
    reference = script.reference_logps(accelerator, model, pairs, micro, config)
    # Not Adam, whose steps depend on a gradient's sign: where chosen and rejected cancel, that sign is rounding.
    optimizer = torch.optim.SGD(model.parameters(), lr=config["lr"])
    logged = []
    script.train(accelerator, model, optimizer, pairs, h, reference, micro, config, lambda step, values: logged.append(values))
    judged = script.evaluate(accelerator, model, pairs, reference, micro, config)
    table = model.module.table if world > 1 else model.table
    return table.weight.detach().clone(), logged, judged


def process(rank, world, micro, config, place):
    torch.distributed.init_process_group("gloo", init_method=f"file://{place}/meet", rank=rank, world_size=world)
    result = run(rank, world, micro, config)
    if rank == 0:
        torch.save(result, f"{place}/result")
    torch.distributed.destroy_process_group()


def loop():
    """Three updates on batches of seven: the same in one piece, in pieces, and on two processes with pieces."""
    config = {**script.CONFIG, "steps": 3, "batch": 7, "lr": 1.0, "clip": 0.5, "loss_params": {"beta": 1, "label_smoothing": 0.1}}
    whole, logged, judged = run(0, 1, 99, config)
    start = Bigram().table.weight.detach()
    if not bool(((whole - start).abs().max() > 0.05)):
        failures.append("loop: nothing was trained")
    if logged[0]["ess"] >= 6.9:
        failures.append("loop: the weights are all equal")
    cut, _, _ = run(0, 1, 2, config)
    compare("loop", "pieces", cut, whole, rtol=1e-4, atol=1e-5)
    with tempfile.TemporaryDirectory() as place:
        torch.multiprocessing.spawn(process, (2, 2, config, place), nprocs=2)
        both, both_logged, both_judged = torch.load(f"{place}/result")
    compare("loop", "two processes", both, whole, rtol=1e-4, atol=1e-5)
    for step, (one, two) in enumerate(zip(logged, both_logged)):
        for name in one:
            compare(f"loop, step {step}", name, two[name], one[name], rtol=1e-4, atol=1e-5)
    for name in judged:
        compare("loop", name, both_judged[name], judged[name], rtol=1e-4, atol=1e-5)
    assert judged["eval_rewards/accuracies"] == 1, judged


def main():
    with open(request_file) as file:
        request = json.load(file)
    checks = {"pairwise": pairwise, "listwise": listwise, "robust": robust, "end_to_end": end_to_end, "schedule": schedule, "encoded": encoded}
    counts = {}
    for kind, cases in request["cases"].items():
        for case in cases:
            checks[kind](case)
        counts[kind] = len(cases)
    if request.get("loop"):
        torch.set_num_threads(1)
        loop()
    print(json.dumps({"cases": counts, "checked": checked, "failures": failures[:10], "config": script.CONFIG}))


if __name__ == "__main__":
    main()
