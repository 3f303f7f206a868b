"""card.json of the exported folder: whose designs the model learned from, and every file with its bytes and sha256.

The page reads it before anything else and checks each file against it. export.py calls `write` last; for a folder that was made
before: python training/text_to_image/manifest.py [--folder public/models/text-avatars]
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CARD = "card.json"


def files(folder):
    """Names below the folder with `/` on every system, in the order of the alphabet."""
    found = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}
    read = {name: found[name].read_bytes() for name in sorted(found) if name != CARD}
    return {name: dict(bytes=len(data), sha256=hashlib.sha256(data).hexdigest()) for name, data in read.items()}


def write(folder):
    sys.path.append(str(ROOT / "training"))
    from provenance import TEXT_AVATARS

    made = dict(id="text-avatars", title="Text to avatars", **TEXT_AVATARS, files=files(folder))
    (folder / CARD).write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", default=str(ROOT / "public/models/text-avatars"))
    write(Path(parser.parse_args().folder))
