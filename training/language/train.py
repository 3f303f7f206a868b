"""Trains one model: python training/language/train.py sotu|sotu-draft|countdown [--minutes 90]. Resumes by itself.

--teacher FOLDER distils from the export in that folder: the loss is then half data, half KL to the teacher. The folder is read again
every three minutes, so that a teacher still in training can be exported there."""

import argparse
import json
import math
import time
from pathlib import Path

import torch
import torch.nn.functional as F

import config
import countdown
import data
import tokenizer
from evaluate import held_out_batches, quick_loss
from export import load_export
from model import Llama


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=list(config.SHAPES))
    parser.add_argument("--preset", choices=["cpu", "gpu"], default="cpu")
    parser.add_argument("--minutes", type=float, help="wall-clock length of the schedule")
    parser.add_argument("--data", default=data.TEXT)
    parser.add_argument("--out", default="build/language")
    parser.add_argument("--stage", default="", help="suffix of the checkpoint, to keep a second stage apart")
    parser.add_argument("--start", help="checkpoint whose weights to start from")
    parser.add_argument("--teacher", help="export to distil from")
    parser.add_argument("--rate", type=float)
    parser.add_argument("--batch", type=int)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--compile", action="store_true")
    return parser.parse_args()


def learning_rate(step, progress, plan):
    """Linear warm-up, then a cosine over the whole budget down to 5 % of the peak."""
    return min(1, (step + 1) / plan.warmup) * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * min(1, progress))))


def optimiser(model, rate):
    """AdamW; no weight decay on the gains of the norms."""
    matrices = [p for p in model.parameters() if p.dim() == 2]
    gains = [p for p in model.parameters() if p.dim() < 2]
    groups = [{"params": matrices, "weight_decay": 0.1}, {"params": gains, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.95), eps=1e-8)


def data_loss(logits, targets, weights):
    loss = F.cross_entropy(logits.flatten(0, 1).float(), targets.flatten(), reduction="none" if weights is not None else "mean")
    return loss if weights is None else (loss * weights.flatten()).sum() / weights.sum()


def distil_loss(logits, teacher_logits):
    target = teacher_logits.flatten(0, 1).float().log_softmax(-1)
    return F.kl_div(logits.flatten(0, 1).float().log_softmax(-1), target, reduction="batchmean", log_target=True)


def batches(name, args, plan, folder):
    """A function of the step number, and the tokenizer."""
    if not (folder / "tokenizer.json").exists():
        tokenizer.make("countdown" if name == "countdown" else "sotu", folder, args.data)
    words = tokenizer.load(folder)
    if name == "countdown":
        return countdown.Problems(words, plan.batch), words
    return data.Windows(data.stream(words, data.split(args.data)[0]), config.SHAPES[name].context, plan.batch), words


def main():
    args = parse()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    plan = config.PLANS[args.name, args.preset]
    plan = config.Plan(args.batch or plan.batch, args.rate or plan.rate, plan.warmup, args.minutes or plan.minutes, plan.compute)
    device = "cuda" if args.preset == "gpu" else "cpu"
    out = Path(args.out)
    folder = out / ("countdown" if args.name == "countdown" else "sotu")
    file = out / f"{args.name}{args.stage}.pt"

    batch_of, words = batches(args.name, args, plan, folder)
    shape = config.SHAPES[args.name]
    model = Llama(shape).to(device)
    optimizer = optimiser(model, plan.rate)
    step, tokens, spent, curve = 0, 0, 0.0, []
    if file.exists():
        saved = torch.load(file, map_location=device)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        step, tokens, spent, curve = saved["step"], saved["tokens"], saved["seconds"], saved["curve"]
        print("resumed at step", step, flush=True)
    elif args.start:
        model.load_state_dict(torch.load(args.start, map_location=device)["model"])
    teacher = load_export(args.teacher).to(device) if args.teacher else None
    forward = torch.compile(model, dynamic=args.name == "countdown") if args.compile else model
    held = held_out_batches(args.name, words, args.data)
    print(args.name, sum(p.numel() for p in model.parameters()), "parameters", plan, flush=True)

    def save():
        state = dict(model=model.state_dict(), optimizer=optimizer.state_dict(), step=step, tokens=tokens, seconds=spent, curve=curve)
        torch.save({**state, "plan": vars(plan), "teacher": bool(teacher)}, file.with_suffix(".part"))
        file.with_suffix(".part").replace(file)

    clock, shown, saved_at, mean = time.monotonic(), 0.0, spent, None
    while True:
        now = time.monotonic()
        spent, clock = spent + now - clock, now
        progress = spent / 60 / plan.minutes
        if progress >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = plan.rate * learning_rate(step, progress, plan)
        rows, weights = batch_of(step)
        rows = torch.from_numpy(rows).to(device)
        weights = torch.from_numpy(weights).to(device) if weights is not None else None
        with torch.autocast(device, torch.bfloat16, enabled=plan.compute == "bfloat16"):
            logits = forward(rows[:, :-1])
            loss = data_loss(logits, rows[:, 1:], weights)
            total = loss
            if teacher is not None:
                with torch.no_grad():
                    guide = teacher(rows[:, :-1])
                total = 0.5 * loss + 0.5 * distil_loss(logits, guide)
        optimizer.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step, tokens = step + 1, tokens + rows[:, 1:].numel()
        mean = loss.item() if mean is None else 0.98 * mean + 0.02 * loss.item()
        if step % 50 == 0:
            print(f"{step} {spent / 60:.1f} min {tokens / 1e6:.2f} M tokens, loss {mean:.4f}", flush=True)
        if spent - saved_at > 180:
            curve.append([round(spent / 60, 1), tokens, round(mean, 4), round(quick_loss(model, held), 4)])
            print("held out", json.dumps(curve[-1]), flush=True)
            save()
            saved_at = spent
            if teacher is not None:
                teacher = load_export(args.teacher).to(device)
    curve.append([round(spent / 60, 1), tokens, round(mean or 0, 4), round(quick_loss(model, held), 4)])
    save()
    print("finished", json.dumps(curve[-1]), flush=True)


if __name__ == "__main__":
    main()
