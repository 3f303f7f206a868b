"""Writes src/schedules/goldenBeta.json: training times of ComfyUI's "beta" scheduler where its rounding is decided by a
tie: medians, and quantiles that fall half-way between two entries of the table. SciPy's quantile, NumPy's rounding.
"""
import json
import pathlib

import numpy as np
import scipy
from scipy import stats

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAST = 999


def times(alpha, beta, n):
    """comfy/samplers.py, beta_scheduler, without its dropping of repeated entries."""
    ts = 1 - np.linspace(0, 1, n, endpoint=False)
    return [int(t) for t in np.rint(stats.beta.ppf(ts, alpha, beta) * LAST)]


rows = []
for both in (0.6, 0.8, 1.0, 1.2, 1.5, 2.0, 3.0, 4.0, 5.0):
    for n in (1, 2, 4, 6, 12, 18, 20, 30, 54, 74):
        rows.append((both, both, n))
for alpha, beta in ((1.0, 2.0), (2.0, 1.0), (1.0, 0.5), (0.5, 1.0), (1.0, 3.0), (3.0, 1.0), (0.7, 1.9)):
    for n in (2, 4, 8, 36):
        rows.append((alpha, beta, n))
rows = [{"alpha": a, "beta": b, "steps": n, "times": times(a, b, n)} for a, b, n in rows]
rows = [r for r in rows if len(set(r["times"])) == r["steps"]]
out = {"command": f"python training/golden/make_beta.py (SciPy {scipy.__version__}, NumPy {np.__version__})"}
lines = ",\n".join(json.dumps(r, separators=(",", ":")) for r in rows)
path = ROOT / "src/schedules/goldenBeta.json"
path.write_text(json.dumps(out)[:-1] + ',"rows":[\n' + lines + "\n]}\n")
print(len(rows), "rows")
