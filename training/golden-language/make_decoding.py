"""What the library `transformers` (4) decodes from the tiny checkpoints with methods that version 5 no longer has in itself:
guidance with a negative prompt, DoLa, beams in groups, and beams under a repetition penalty.

    pip install --no-deps --target build/tf4 transformers==4.53.3 tokenizers==0.21.2 huggingface-hub==0.33.4
    PYTHONPATH=build/tf4 python training/golden-language/make_decoding.py

writes decoding.json. Weights in float64 where the library takes them (its beams do not); its logits are float32 all the
same, so that scores are good to about 1e-5.
"""
import json
import sys
import types
from pathlib import Path

# Only the decoding is wanted of it: its check of other packages' versions is about what is not used here.
check = types.ModuleType("transformers.dependency_versions_check")
check.dep_version_check = lambda *args, **rest: None
sys.modules["transformers.dependency_versions_check"] = check

import torch
from transformers import AutoModelForCausalLM, __version__

HERE = Path(__file__).parent
PROMPT = [5, 17, 3, 22, 9]
NEGATIVE = [11, 2, 30, 7, 7, 1, 19]
WORDS = 12
EOS = 40
CASES = [
    ("llama", "cfg", dict(guidance_scale=1.8)),
    ("gpt2", "cfg", dict(guidance_scale=3.0, negative=NEGATIVE)),
    ("llama3-gqa-tied", "cfg", dict(guidance_scale=0.4, negative=NEGATIVE)),
    ("llama", "dola", dict(dola_layers=[0, 1])),
    ("llama3-gqa-tied", "dola", dict(dola_layers=[0, 1, 2])),
    ("llama3-gqa-tied", "dola", dict(dola_layers="high", repetition_penalty=1.2)),
    ("gpt2", "dola", dict(dola_layers=[0, 1])),
    ("llama", "diverse_beam", dict(num_beams=6, num_beam_groups=3, diversity_penalty=0.7, length_penalty=1.0)),
    ("gpt2", "diverse_beam", dict(num_beams=4, num_beam_groups=4, diversity_penalty=2.5, length_penalty=0.5)),
    ("llama3-gqa-tied", "diverse_beam", dict(num_beams=4, num_beam_groups=2, diversity_penalty=0.3, length_penalty=1.0, repetition_penalty=1.3)),
    ("llama", "beam", dict(num_beams=4, length_penalty=1.0, repetition_penalty=1.5)),
    ("llama", "diverse_beam", dict(num_beams=4, num_beam_groups=2, diversity_penalty=1.0, length_penalty=1.0, eos=EOS)),
    ("gpt2", "beam", dict(num_beams=3, length_penalty=1.0, repetition_penalty=0.8)),
]


def run(folder, method, params):
    model = AutoModelForCausalLM.from_pretrained(HERE / folder, torch_dtype=torch.float32 if "num_beams" in params else torch.float64, attn_implementation="eager")
    own = dict(params)
    model.generation_config.eos_token_id = own.pop("eos", None)
    negative = own.pop("negative", None)
    beams = own.get("num_beams", 1)
    ids = torch.tensor([PROMPT])
    out = model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        do_sample=False,
        max_new_tokens=WORDS,
        pad_token_id=0,
        num_return_sequences=min(beams, 3),
        return_dict_in_generate=True,
        output_scores=True,
        **({"negative_prompt_ids": torch.tensor([negative])} if negative else {}),
        **own,
    )
    answer = dict(texts=[row[len(PROMPT):].tolist() for row in out.sequences])
    if beams > 1:
        answer["scores"] = out.sequences_scores.tolist()
    else:
        # Of each of the first steps the likeliest tokens and what they lead by.
        answer["tops"] = []
        for step in out.scores[:4]:
            values, tokens = torch.topk(torch.log_softmax(step[0], -1), 5)
            answer["tops"].append([tokens.tolist(), values.tolist()])
    return dict(checkpoint=folder, method=method, params=params, **answer)


def main():
    made = dict(transformers=__version__, prompt=PROMPT, negative=NEGATIVE, cases=[run(*case) for case in CASES])
    (HERE / "decoding.json").write_text(json.dumps(made).replace('{"checkpoint"', '\n{"checkpoint"') + "\n")


if __name__ == "__main__":
    main()
