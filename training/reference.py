"""Golden values for the engine's tests: float32 PyTorch outputs from the float16-rounded weights.

Inputs are formulas, so no test needs a data file: x_i = sin(0.37 i + phase) over the flat C,H,W index.
`first` alone would miss a permutation further on, so `l2` and `dot` = sum_i out_i cos(0.11 i) are kept too.
"""

import torch


def wave(count, phase=0.0):
    return torch.sin(0.37 * torch.arange(count, dtype=torch.float64) + phase).float()


def summary(out, first=16):
    flat = out.double().flatten()
    weight = torch.cos(0.11 * torch.arange(len(flat), dtype=torch.float64))
    number = lambda v: float(f"{v:.9g}")
    return dict(
        count=len(flat),
        first=[number(v) for v in flat[:first].tolist()],
        l2=number(flat.norm().item()),
        dot=number((flat * weight).sum().item()),
    )


@torch.no_grad()
def dit(net):
    cases = []
    for phase, t, label in [(0.0, 0.3, 3), (1.0, 0.9, net.classes), (2.0, 0.01, 0)]:
        x = wave(net.channels * net.size**2, phase).reshape(1, net.channels, net.size, net.size)
        seen = {}
        hooks = [net.time.register_forward_hook(lambda m, i, o: seen.update(time=o))]
        for k, block in enumerate(net.blocks):
            hooks.append(block.register_forward_hook(lambda m, i, o, k=k: seen.update({f"block{k}": o})))
        hooks.append(net.blocks[0].register_forward_pre_hook(lambda m, i: seen.update(tokens=i[0], modulation=i[1])))
        out = net(x, torch.tensor([t]), torch.tensor([label]))
        for hook in hooks:
            hook.remove()
        # In the order of the computation, to find the first layer that is wrong.
        inside = {name: summary(seen[name], 8) for name in ["time", "modulation", "tokens"] + [f"block{k}" for k in range(len(net.blocks))]}
        cases.append(dict(x=f"sin(0.37*i + {phase:g})", phase=phase, t=t, label=label, output=summary(out), inside=inside))
    return dict(
        note="label = classes is the null class; output is v in C,H,W order; inside: time MLP before the label is added, modulation [6,d], tokens [T,d] before block 0 and after each block",
        cases=cases,
    )


@torch.no_grad()
def patchnet(net, channels, size):
    cases = []
    for phase in (0.0, 1.0):
        x = wave(channels * size**2, phase).reshape(1, channels, size, size)
        cases.append(dict(x=f"sin(0.37*i + {phase:g})", phase=phase, features=summary(net.features(x), 32), logits=summary(net(x), net.classes)))
    return dict(note="x in C,H,W order", cases=cases)


@torch.no_grad()
def plane(nets):
    result = {}
    for name, net in nets.items():
        cases = []
        for sigma in (0.01, 0.1, 0.5, 2.0, 20.0):
            x = (wave(8) * (1.5 + sigma)).reshape(4, 2)
            out = net(x, torch.full((4,), sigma))
            cases.append(dict(x=f"(1.5 + sigma) * sin(0.37*i), i = 0..7, four points", sigma=sigma, denoised=summary(out, 8)))
        result[name] = cases
    return dict(note="D(x; sigma) with preconditioning; x is four points (x0,y0,x1,y1,...)", targets=result)
