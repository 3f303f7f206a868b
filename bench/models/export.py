"""Exports bundled models to ONNX, for the peers of the bench: python bench/models/export.py [ids...] [--check] [--out FOLDER]

Same weights, float32, graphs written by hand (graph.py, dit.py, llama.py), so that numpy and onnx are all it needs. `--check` compares
every graph with the PyTorch networks of training/ in float64 by way of ONNX Runtime; that needs torch and onnxruntime too.

<out>/<id>/onnx/model.onnx        the form that suits the peer: fused operators of ONNX Runtime
<out>/<id>/onnx/model_plain.onnx  attention in plain operators, for where the fused one is wrong
<out>/<id>/*.json                 configuration and tokenizer of a language model, as transformers.js wants them; step.json of a DiT
<out>/export.json                 what was exported from which weights, so that a stale export is noticed"""

import argparse
import hashlib
import json
import shutil
from pathlib import Path

import numpy as np

import dit
import llama
from graph import read_weights

HERE = Path(__file__).resolve().parent
MODELS = HERE.parent.parent / "public" / "models"
IMAGES, TEXTS = ["digits", "avatars"], ["sotu", "countdown"]
FORMS = {"model": True, "model_plain": False}
BATCH = 16


def damage(weights, name):
    """One matrix grown by a hundredth: a comparison that passes this compares nothing."""
    if name not in weights:
        raise SystemExit(f"no tensor {name}; there are {', '.join(sorted(weights))}")
    return {**weights, name: weights[name] * np.float32(1.01)}


def export_image(id, out, harm):
    card = json.loads((MODELS / id / "model.json").read_text())
    a, path = card["architecture"], MODELS / id / card["weights"]["file"]
    weights = read_weights(path)
    used = damage(weights, harm) if harm else weights
    for form, fused in FORMS.items():
        dit.build(used, a, BATCH, fused).save(out / id / "onnx" / f"{form}.onnx", dict(model=id, form=form, batch=BATCH))
    (out / id / "step.json").write_text(json.dumps(dict(batch=BATCH, architecture=a), indent=1) + "\n")
    return path


def export_text(id, out, harm):
    folder, path = MODELS / id, MODELS / id / "model.safetensors"
    c = json.loads((folder / "config.json").read_text())
    weights = read_weights(path)
    used = damage(weights, harm) if harm else weights
    for form, fused in FORMS.items():
        llama.build(used, c, fused).save(out / id / "onnx" / f"{form}.onnx", dict(model=id, form=form))
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(folder / name, out / id / name)
    # transformers.js reads the head's size and the cache's shape from here.
    (out / id / "config.json").write_text(json.dumps({**c, "torch_dtype": "float32"}, indent=1) + "\n")
    ends = {k: c[k] for k in ("bos_token_id", "eos_token_id")}
    (out / id / "generation_config.json").write_text(json.dumps(ends, indent=1) + "\n")
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ids", nargs="*", default=IMAGES + TEXTS, help=f"default: {' '.join(IMAGES + TEXTS)}")
    parser.add_argument("--out", type=Path, default=HERE / "out")
    parser.add_argument("--check", action="store_true", help="compare with PyTorch in float64")
    parser.add_argument("--damage", metavar="TENSOR", help="multiply one tensor by 1.01, to see a comparison fail")
    args = parser.parse_args()
    unknown = set(args.ids) - set(IMAGES + TEXTS)
    if unknown:
        parser.error(f"no model {', '.join(sorted(unknown))}; there are {', '.join(IMAGES + TEXTS)}")
    record = args.out / "export.json"
    known = json.loads(record.read_text()) if record.exists() else {}
    for id in args.ids:
        path = (export_image if id in IMAGES else export_text)(id, args.out, args.damage)
        files = {f"{form}.onnx": (args.out / id / "onnx" / f"{form}.onnx").stat().st_size for form in FORMS}
        known[id] = dict(kind="dit" if id in IMAGES else "llama", weights=hashlib.sha256(path.read_bytes()).hexdigest(), damaged=args.damage, files=files)
        print(f"{id}: " + ", ".join(f"{name} {size} bytes" for name, size in files.items()) + (f", {args.damage} damaged" if args.damage else ""))
    record.write_text(json.dumps(known, indent=1) + "\n")
    if args.check:
        import check

        for id in args.ids:
            (check.image if id in IMAGES else check.text)(id, args.out, FORMS)


if __name__ == "__main__":
    main()
