"""Tiny random-weight checkpoints of every family of diffusion model that the app reads, with the float64 answers of diffusers and transformers.

    python training/oracles/make.py [family ...]

Writes training/golden-diffusers/<family>/ (README.md there has the format). The answers are those of the weights in the files, that is, of
numbers rounded to float16, computed in float64 throughout.
"""

import argparse
import copy
import json
from pathlib import Path

import diffusers
import torch
import transformers

import families
import networks
import store

OUT = Path(__file__).resolve().parent.parent / "golden-diffusers"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("families", nargs="*", default=list(networks.FAMILIES))
    args = parser.parse_args()
    torch.set_num_threads(1)
    diffusers.utils.logging.set_verbosity_error()
    for name in args.families:
        model, make = networks.FAMILIES[name]()
        store.save(model, OUT / name, **families.STORED.get(name, {}))
        store.write(OUT / name, make(copy.deepcopy(model)))
        size = sum(file.stat().st_size for file in (OUT / name).iterdir())
        print(f"{name}: {sum(p.numel() for p in model.parameters())} parameters, {size / 1e6:.2f} MB")
    versions = {"torch": torch.__version__, "diffusers": diffusers.__version__, "transformers": transformers.__version__}
    made = {"command": "python training/oracles/make.py", "versions": versions}
    (OUT / "provenance.json").write_text(json.dumps(made, indent=2) + "\n")


if __name__ == "__main__":
    main()
