"""Measures an export and writes the figures into its card: python training/language/evaluate.py sotu [--data folder]"""

import argparse
import json
import math
import random
from pathlib import Path

import torch
import torch.nn.functional as F

import config
import countdown
import data


def held_out_batches(name, words, text, rows=16):
    """A small fixed held-out set to follow training with."""
    if name == "countdown":
        rng = random.Random("follow")
        return [countdown.pack(words, [countdown.document(rng, held=True) for _ in range(64)]) for _ in range(4)]
    windows = data.Windows(data.stream(words, data.split(text)[1]), config.SHAPES[name].context, rows)
    return [windows(0), windows(1)]


@torch.no_grad()
def quick_loss(model, held):
    device = next(model.parameters()).device
    total = count = 0.0
    for rows, weights in held:
        rows = torch.from_numpy(rows).to(device)
        loss = F.cross_entropy(model(rows[:, :-1]).flatten(0, 1), rows[:, 1:].flatten(), reduction="none")
        weights = torch.ones_like(loss) if weights is None else torch.from_numpy(weights).to(device).flatten()
        total, count = total + (loss * weights).sum().item(), count + weights.sum().item()
    return total / count


@torch.no_grad()
def every_logit(models, ids, context):
    """Logits of all models for each token after the first; each sees at least half a context of what came before."""
    half, ids = context // 2, torch.tensor(ids)
    for start in range(0, len(ids) - 1, half):
        first = max(0, start - half)
        window = ids[first : start + half]
        window = window[: min(len(window), len(ids) - 1 - first)]
        logits = [m(window[None])[0, start - first :] for m in models]
        yield logits, ids[start + 1 : start + 1 + len(logits[0])]


def text_metrics(model, words, text, draft=None):
    """Loss over the held-out addresses, and what a draft's proposals would be worth: the mean of sum min(p, q)."""
    nats = tokens = size = accepted = agreed = 0.0
    end = words.token_to_id(config.END)
    for _, address in data.split(text)[1]:
        size += len(address.encode())
        ids = [end] + words.encode(address).ids
        for logits, targets in every_logit([model] + ([draft] if draft else []), ids, model.shape.context):
            p = logits[0].double().log_softmax(-1)
            nats -= p.gather(1, targets[:, None]).sum().item()
            tokens += len(targets)
            if draft:
                q = logits[1].double().softmax(-1)
                accepted += torch.minimum(p.exp(), q).sum().item()
                agreed += (p.argmax(-1) == q.argmax(-1)).sum().item()
    result = {
        "heldOutLossNatsPerToken": round(nats / tokens, 4),
        "bitsPerByte": round(nats / math.log(2) / size, 4),
        "heldOutTokens": int(tokens),
        "heldOutBytes": int(size),
    }
    if draft:
        result["expectedAcceptance"] = round(accepted / tokens, 4)
        result["sameMostLikelyToken"] = round(agreed / tokens, 4)
    return result


def solved_counts(model, words, problems, samples, temperature, seed, rows=512):
    """For each problem, how many of its samples the checker accepts; and one text of each."""
    from generate import continuations

    generator = torch.Generator().manual_seed(seed)
    by_length = {}
    for index, (numbers, target) in enumerate(problems):
        ids = words.encode(countdown.prompt(numbers, target)).ids
        by_length.setdefault(len(ids), []).extend([(index, ids)] * samples)
    counts, texts = [0] * len(problems), [""] * len(problems)
    for length, jobs in sorted(by_length.items()):
        for at in range(0, len(jobs), rows):
            part = jobs[at : at + rows]
            prompts = torch.tensor([ids for _, ids in part])
            made = continuations(model, prompts, model.shape.context - length, temperature, generator)
            for (index, ids), tokens in zip(part, made):
                if tokens[-1] == 0:  # it must also stop
                    texts[index] = words.decode(ids + tokens[:-1], skip_special_tokens=False)
                    counts[index] += countdown.check(texts[index])
    return counts, texts


def pass_at(counts, samples, k):
    """Unbiased: the chance that k of the samples, drawn without replacement, hold a right one."""
    return sum(1 - math.comb(samples - c, k) / math.comb(samples, k) for c in counts) / len(counts)


def countdown_metrics(model, words, problems=200, samples=64, greedy_problems=1000):
    rng = random.Random("held-out")
    every = [countdown.problem(rng, held=True)[:2] for _ in range(greedy_problems)]
    greedy, _ = solved_counts(model, words, every, 1, 0.0, 0)
    counts, _ = solved_counts(model, words, every[:problems], samples, 1.0, 0)
    held = held_out_batches("countdown", words, None)
    return {
        "heldOutLossNatsPerToken": round(quick_loss(model, held), 4),
        "greedySolved": round(sum(greedy) / len(greedy), 4),
        "greedySolvedByNumbers": {
            str(n): round(sum(g for g, e in zip(greedy, every) if len(e[0]) == n) / sum(len(e[0]) == n for e in every), 4) for n in (3, 4)
        },
        "greedyProblems": greedy_problems,
        "greedySolvedOfPassAtProblems": round(sum(greedy[:problems]) / problems, 4),
        "passAt": {str(k): round(pass_at(counts, samples, k), 4) for k in (1, 4, 16, 64)},
        "passAtProblems": problems,
        "samplesPerProblem": samples,
        "temperature": 1,
    }


def main():
    import tokenizer
    from export import load_export, write_card

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=list(config.SHAPES))
    parser.add_argument("--models", default="public/models")
    parser.add_argument("--data", default=data.TEXT)
    parser.add_argument("--problems", type=int, default=200)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    folder = Path(args.models) / args.name
    model, words = load_export(folder), tokenizer.load(folder)
    if args.name == "countdown":
        metrics = countdown_metrics(model, words, args.problems, greedy_problems=5 * args.problems)
    elif args.name == "sotu":
        metrics = text_metrics(model, words, args.data)
    else:
        target = load_export(Path(args.models) / "sotu")
        both = text_metrics(target, words, args.data, model)
        metrics = text_metrics(model, words, args.data)
        metrics |= {k: both[k] for k in ("expectedAcceptance", "sameMostLikelyToken")}
    card = json.loads((folder / "card.json").read_text())
    card["metrics"] = metrics
    write_card(folder, card)
    print(json.dumps(metrics, indent=1))


if __name__ == "__main__":
    main()
