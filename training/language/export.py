"""Writes a trained checkpoint to public/models/<id>: python training/language/export.py sotu [--out build/language]"""

import argparse
import hashlib
import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

import cards
import config
from model import Llama


def hugging_face_config(shape):
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": shape.vocabulary,
        "hidden_size": shape.width,
        "intermediate_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.kv_heads,
        "head_dim": shape.head_dim,
        "max_position_embeddings": shape.context,
        "rms_norm_eps": shape.epsilon,
        "rope_theta": shape.theta,
        "rope_scaling": None,
        "hidden_act": "silu",
        "attention_bias": False,
        "mlp_bias": False,
        "tie_word_embeddings": True,
        "bos_token_id": 0,
        "eos_token_id": 0,
        "torch_dtype": "float16",
    }


def load_export(folder):
    """The model of an export, its float16 weights widened to float32."""
    c = json.loads((Path(folder) / "config.json").read_text())
    shape = config.Shape(
        c["vocab_size"], c["hidden_size"], c["num_hidden_layers"], c["num_attention_heads"], c["num_key_value_heads"],
        c["intermediate_size"], c["max_position_embeddings"], c["head_dim"], c["rope_theta"], c["rms_norm_eps"],
    )  # fmt: skip
    model = Llama(shape)
    model.load_state_dict({k: v.float() for k, v in load_file(Path(folder) / "model.safetensors").items()})
    return model.eval()


def manifest(folder):
    files = [f for f in sorted(folder.iterdir()) if f.name != "card.json"]
    return {f.name: {"bytes": f.stat().st_size, "sha256": hashlib.sha256(f.read_bytes()).hexdigest()} for f in files}


def write_card(folder, card):
    (folder / "card.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=list(config.SHAPES))
    parser.add_argument("--out", default="build/language", help="where training wrote")
    parser.add_argument("--stage", default="")
    parser.add_argument("--to", default="public/models")
    parser.add_argument("--date", default="2026-11-23")
    parser.add_argument("--preliminary", action="store_true")
    args = parser.parse_args()

    saved = torch.load(Path(args.out) / f"{args.name}{args.stage}.pt", map_location="cpu")
    weights = {name: value.to(torch.float16).contiguous() for name, value in saved["model"].items()}
    assert all(torch.isfinite(w).all() for w in weights.values())
    folder = Path(args.to) / args.name
    folder.mkdir(parents=True, exist_ok=True)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)
    (folder / "config.json").write_text(json.dumps(hugging_face_config(config.SHAPES[args.name]), indent=1) + "\n")
    source = Path(args.out) / ("countdown" if args.name == "countdown" else "sotu")
    for file in ("tokenizer.json", "tokenizer_config.json"):
        (folder / file).write_bytes((source / file).read_bytes())

    card = {"id": args.name, **cards.CARDS[args.name]}
    if args.preliminary:
        card["preliminary"] = True
    card["parameters"] = sum(w.numel() for w in weights.values())
    card["context"] = config.SHAPES[args.name].context
    card["training"] = {
        "date": args.date,
        "device": "CPU, one core",
        "minutes": round(saved["seconds"] / 60, 1),
        "steps": saved["step"],
        "tokensSeen": saved["tokens"],
        "batch": saved["plan"]["batch"],
        "peakLearningRate": saved["plan"]["rate"],
        "distilled": saved["teacher"],
    }
    card["metrics"] = {}
    card["files"] = manifest(folder)
    write_card(folder, card)
    print(folder, card["parameters"], "parameters,", sum(f["bytes"] for f in card["files"].values()), "bytes")
    print("minutes, tokens, training loss, held-out loss:", *saved["curve"], sep="\n")


if __name__ == "__main__":
    main()
