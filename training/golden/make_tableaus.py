"""Butcher tableaus of nodepy (BSD licence), for the test that compares ours with them.

    pip install nodepy six && python training/golden/make_tableaus.py

Writes src/samplers/diffusion/tableaus/nodepy.json: by our id, the strictly lower rows of A and the weights b of the higher
order, without a last stage that only serves the error estimate.
"""
import json
from pathlib import Path

import nodepy.runge_kutta_method as rk

NAMES = {
    "midpoint_2s": "Mid22",
    "ralston_2s": "MTE22",
    "heun_3s": "Heun33",
    "ralston_3s": "BS3",
    "ssprk3_3s": "SSP33",
    "ssprk4_4s": "SSP43",
    "rk4_4s": "RK44",
    "merson_5s": "Merson43",
    "ssprk10_10s": "SSP104",
    "butcher5_6s": "BuRK65",
    "fehlberg_6s": "Fehlberg45",
    "cash_karp_6s": "CK5",
    "dormand_prince_6s": "DP5",
    "tsitouras_6s": "Tsit5",
    "higham_hall_6s": "HH5",
    "bogacki_shampine_7s": "BS5",
    "dormand_prince_13s": "PD8",
}
methods = rk.loadRKM("All")
out = {}
for name, theirs in NAMES.items():
    m = methods[theirs]
    s = len(m.b)
    if float(m.b[-1]) == 0:
        s -= 1
    out[name] = {
        "a": [[float(m.A[i, j]) for j in range(i)] for i in range(1, s)],
        "b": [float(m.b[j]) for j in range(s)],
    }
path = Path(__file__).parents[2] / "src/samplers/diffusion/tableaus/nodepy.json"
path.write_text(json.dumps(out))
