"""The training loop of both stages: AdamW, warm-up and cosine by steps or by the clock, EMA, checkpoints that a later run takes up."""

import copy
import math
import time

import torch


def rate(step, progress, peak):
    """200 steps of warm-up, then a cosine over the whole run down to 2 % of the peak."""
    return peak * min(1, (step + 1) / 200) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1, progress))))


def train(name, net, loss_of, plan, folder, device, log):
    """`loss_of(net, batch size)` gives one loss. Returns the average of the weights over time (EMA)."""
    ema = copy.deepcopy(net).requires_grad_(False)
    weights, averaged = list(net.parameters()), list(ema.parameters())
    optimiser = torch.optim.AdamW(weights, lr=plan["peak"], betas=(0.9, 0.99), weight_decay=0.01, fused=True)
    path = folder / f"{name}.pt"
    step, trained, smooth = 0, 0.0, None
    if path.exists():
        state = torch.load(path, map_location=device, weights_only=True)
        net.load_state_dict(state["net"])
        ema.load_state_dict(state["ema"])
        step, trained, smooth = state["step"], state["seconds"], state["loss"]
        torch.manual_seed(step)

    def progress():
        """A time budget bends the same cosine, so that a slower machine still finishes its schedule."""
        spent = trained / 60 / plan["minutes"] if plan["minutes"] else 0
        return max(step / plan["steps"], spent)

    if progress() >= 1:
        return ema.eval()
    if path.exists():
        optimiser.load_state_dict(state["optimiser"])

    def save():
        kept = dict(net=net.state_dict(), ema=ema.state_dict(), optimiser=optimiser.state_dict(), step=step, seconds=trained, loss=smooth)
        torch.save(kept, path.with_suffix(".tmp"))
        path.with_suffix(".tmp").rename(path)

    net.train()
    last, losses = time.monotonic(), []
    while progress() < 1:
        for group in optimiser.param_groups:
            group["lr"] = rate(step, progress(), plan["peak"])
        with torch.autocast(device, torch.bfloat16, enabled=plan["autocast"]):
            loss = loss_of(net, plan["batch"])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        with torch.no_grad():
            torch._foreach_lerp_(averaged, weights, 1 - min(plan.get("ema", 0.999), (1 + step) / (10 + step)))
        step += 1
        losses.append(loss.detach())
        now = time.monotonic()
        trained, last = trained + now - last, now
        if step % 50 == 0:
            mean = torch.stack(losses).mean().item()
            losses.clear()
            smooth = mean if smooth is None else 0.8 * smooth + 0.2 * mean
            log(f"{name} step {step} of {plan['steps']} progress {progress():.3f} loss {mean:.4f} smooth {smooth:.4f} minutes {trained / 60:.1f}")
        if step % 250 == 0:
            save()
    save()
    log(f"{name} finished at step {step}, smooth loss {smooth}, {trained / 60:.1f} minutes")
    return ema.eval()
