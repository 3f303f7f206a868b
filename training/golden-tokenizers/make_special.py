"""Golden values for src/formats/specialText.ts: texts with names of special tokens in them, encoded by the Python library
`tokenizers` (0.23) with the names as tokens, and as plain text (`encode_special_tokens`).

    python training/golden-tokenizers/make_special.py

reads the tokenizers beside it and writes special.json: {kind: [[text, ids, ids with names as plain text], …]}.
"""
import json
from pathlib import Path

from tokenizers import Tokenizer

HERE = Path(__file__).parent
KINDS = ["gpt2", "smollm", "qwen2", "llama3", "llama2"]


def main():
    out = {}
    for kind in KINDS:
        spec = json.loads((HERE / f"{kind}.json").read_text())["tokenizer"]
        names = [t["content"] for t in spec["added_tokens"] if t["special"]]
        a, b = names[0], names[-1]
        texts = ["no names here", a, f"{a}{a}", f"x{a}", f"{a}x", f"before {b} after", f"{a} user\nhi{b}\n", f"{a[:-1]}", f"é{a}日本{b}😀", f"  {a}  "]
        tokenizer = Tokenizer.from_str(json.dumps(spec))
        rows = []
        for text in texts:
            tokenizer.encode_special_tokens = False
            ids = tokenizer.encode(text, add_special_tokens=False).ids
            tokenizer.encode_special_tokens = True
            rows.append([text, ids, tokenizer.encode(text, add_special_tokens=False).ids])
        out[kind] = rows
    (HERE / "special.json").write_text(json.dumps(out, ensure_ascii=True) + "\n")
    print({kind: sum(r[1] != r[2] for r in rows) for kind, rows in out.items()}, "texts differ")


if __name__ == "__main__":
    main()
