"""Greedy and sampled continuations, many rows at once, with a key-value cache."""

import torch

from model import Cache


@torch.no_grad()
def continuations(model, prompts, count, temperature=0.0, generator=None, end=0):
    """Prompts: tokens [rows, length]. Lists of at most `count` new tokens, each ending with the end mark if it came."""
    cache, rows = Cache(), torch.arange(len(prompts))
    out = [[] for _ in range(len(prompts))]
    logits = model(prompts, cache)[:, -1]
    for n in range(count):
        if temperature == 0:
            drawn = logits.argmax(-1)
        else:
            drawn = torch.multinomial((logits / temperature).softmax(-1), 1, generator=generator)[:, 0]
        for row, token in zip(rows.tolist(), drawn.tolist()):
            out[row].append(token)
        going = drawn != end
        if not going.any() or n + 1 == count:
            break
        if not going.all():
            rows, drawn = rows[going], drawn[going]
            cache.keep(going)
        logits = model(drawn[:, None], cache)[:, -1]
    return out
