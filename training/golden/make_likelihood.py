"""Writes src/samplers/likelihood/golden.json: k-diffusion's log_likelihood (k_diffusion.sampling, with torchdiffeq's dopri5) in
float64 at tolerances of 1e-11, on mixtures of round Gaussians whose denoiser is known. Its single random probe is recorded:
in the plane that is Hutchinson's estimate with one vector of signs, not the trace.
"""
import json
import pathlib

import torch
from k_diffusion import sampling

ROOT = pathlib.Path(__file__).resolve().parents[2]
torch.set_default_dtype(torch.float64)


def denoiser(weights, means, stds):
    w, m, s = (torch.tensor(v) for v in (weights, means, stds))

    def model(x, sigma):
        var = s[None] ** 2 + sigma[:, None] ** 2
        dist = ((x[:, None] - m[None]) ** 2).sum(-1)
        logits = torch.log(w)[None] - dist / (2 * var) - m.shape[1] / 2 * torch.log(var)
        r = logits.softmax(1)
        each = (s[None, :, None] ** 2 * x[:, None] + sigma[:, None, None] ** 2 * m[None]) / var[..., None]
        return (r[..., None] * each).sum(1)

    return model


CASES = [
    dict(name="four unequal", weights=[0.1, 0.2, 0.3, 0.4], means=[[1.5, 1], [-1, 1.2], [1, -1.6], [-1.1, -1]], stds=[0.2, 0.35, 0.15, 0.5], sigma_min=0.02, sigma_max=20.0),
    dict(name="one in three numbers", weights=[1.0], means=[[0.3, -0.2, 0.5]], stds=[0.7], sigma_min=0.1, sigma_max=8.0),
]
rows = []
for k, case in enumerate(CASES):
    torch.manual_seed(7 + k)
    dim = len(case["means"][0])
    x = torch.randn(6, dim) * 1.2
    torch.manual_seed(100 + k)
    v = torch.randint_like(x, 2) * 2 - 1  # the first draw that log_likelihood makes
    torch.manual_seed(100 + k)
    model = denoiser(case["weights"], case["means"], case["stds"])
    ll, info = sampling.log_likelihood(model, x, case["sigma_min"], case["sigma_max"], atol=1e-11, rtol=1e-11)
    rows.append({**case, "x": x.flatten().tolist(), "probe": v.flatten().tolist(), "logLikelihood": ll.tolist(), "evaluations": int(info["fevals"])})
out = {"command": "python training/golden/make_likelihood.py (k-diffusion 0.1.1.post1, torchdiffeq 0.2.5)"}
lines = ",\n".join(json.dumps(r, separators=(",", ":")) for r in rows)
path = ROOT / "src/samplers/likelihood/golden.json"
path.write_text(json.dumps(out)[:-1] + ',"rows":[\n' + lines + "\n]}\n")
print(rows)
