"""Countdown arithmetic: the problems, their text, and the strict check of an answer.

    3 5 7 8 = 41
    8*7=56 56-5=51 51+3=54 no          an attempt that misses, any number of them
    7*5=35 35+3=38 38+8=46 no
    ...
    answer: 8*5=40 ...                 the steps of the attempt that hit

A step takes two numbers that are still there and puts their result back. Every number serves at most once, results are
positive integers, division is exact. Loss is taken on everything but the choices inside failed attempts: the model learns to
calculate them, to see that they failed and to go on, but not to fail.
"""

import hashlib
import random
import re

import numpy as np

import config

LARGEST, TARGETS, RESULT = 25, range(10, 101), 400
STEP = re.compile(r"(\d{1,6})([-+*/])(\d{1,6})=(\d{1,6})")


def held_out(numbers, target):
    """One problem in 32, by a hash that does not depend on the numbers' order."""
    text = " ".join(map(str, sorted(numbers))) + f" = {target}"
    return hashlib.sha256(text.encode()).digest()[0] % 32 == 0


def calculate(a, op, b):
    """The result, or None where the rules forbid it."""
    if op == "+":
        return a + b
    if op == "-":
        return a - b if a > b else None
    if op == "*":
        return a * b
    return a // b if b and a % b == 0 else None


def walk(numbers, rng, steps=()):
    """Random steps until one number is left, the larger operand first. `steps` are taken first."""
    left, steps = list(numbers), list(steps)
    for a, _, b, c in steps:
        left.remove(a)
        left.remove(b)
        left.append(c)
    while len(left) > 1:
        i, j = rng.sample(range(len(left)), 2)
        a, b, op = max(left[i], left[j]), min(left[i], left[j]), rng.choice("+-*/")
        c = calculate(a, op, b)
        if c is None or c > RESULT or (op in "*/" and b == 1):
            continue
        left = [n for k, n in enumerate(left) if k not in (i, j)] + [c]
        steps.append((a, op, b, c))
    return steps


def problem(rng, held=False):
    """(numbers, target, steps of one solution)."""
    while True:
        numbers = [rng.randint(1, LARGEST) for _ in range(3 if rng.random() < 0.35 else 4)]
        steps = walk(numbers, rng)
        target = steps[-1][3]
        if target in TARGETS and target not in numbers and held_out(numbers, target) == held:
            return numbers, target, steps


def prompt(numbers, target):
    return " ".join(map(str, numbers)) + f" = {target}\n"


def line(steps):
    return " ".join(f"{a}{op}{b}={c}" for a, op, b, c in steps)


def failures(numbers, target, steps, rng):
    """Attempts that miss; half of them begin like the solution. None solves a held-out problem by accident."""
    count = 0
    while count < 6 and rng.random() < 0.55:
        count += 1
    found = []
    for _ in range(20 * count):
        shared = rng.choice([0, 0, 1, len(steps) - 1][: 4 if len(steps) > 2 else 3])
        attempt = walk(numbers, rng, steps[:shared])
        end = attempt[-1][3]
        if end != target and attempt not in found and not held_out(numbers, end):
            found.append(attempt)
        if len(found) == count:
            break
    return found


def document(rng, held=False, limit=config.SHAPES["countdown"].context):
    """The text of a problem with its reasoning, and for each character whether it counts in the loss."""
    numbers, target, steps = problem(rng, held)
    head, tail = prompt(numbers, target), line(steps) + "\nanswer: " + line(steps)
    text, counts = head, [0] * len(head)
    for attempt in failures(numbers, target, steps, rng):
        written = line(attempt) + " no\n"
        if len(text) + len(written) + len(tail) >= limit:
            break
        for i, c in enumerate(written):
            after = written[:i].rsplit(" ", 1)[-1]
            counts.append(int("=" in after or c in " no\n"))
        text += written
    return text + tail, counts + [1] * len(tail)


class Problems:
    """Batches made from a seed and the step number alone; rows of like length share a batch."""

    GROUP = 16

    def __init__(self, tokenizer, batch, seed=0):
        self.tokenizer, self.batch, self.seed, self.made, self.group = tokenizer, batch, seed, None, []

    def __call__(self, step):
        number, place = divmod(step, self.GROUP)
        if self.made != number:
            rng = random.Random(f"{self.seed}:{number}")
            rows = sorted((document(rng) for _ in range(self.GROUP * self.batch)), key=lambda d: len(d[0]))
            self.group = [rows[i * self.batch : (i + 1) * self.batch] for i in range(self.GROUP)]
            rng.shuffle(self.group)
            self.made = number
        return pack(self.tokenizer, self.group[place])


def pack(tokenizer, documents):
    """Tokens [rows, length + 1] padded with the end mark, and the loss weight of each prediction."""
    length = max(len(text) for text, _ in documents) + 1
    rows = np.zeros((len(documents), length), np.int64)
    weights = np.zeros((len(documents), length - 1), np.float32)
    for i, (text, counts) in enumerate(documents):
        ids = tokenizer.encode(text).ids
        rows[i, : len(ids)] = ids
        weights[i, : len(ids)] = counts[1:] + [1]  # the last one predicts the end mark, which is token 0
    return rows, weights


def check(text):
    """Whether a whole text, prompt included, ends in a right answer. Anything unclear counts as wrong."""
    head, _, rest = text.partition("\n")
    given = re.fullmatch(r"(\d+(?: \d+)*) = (\d+)", head)
    last = rest.rsplit("\n", 1)[-1]
    if not given or not last.startswith("answer: "):
        return False
    left, target, result = [int(n) for n in given[1].split()], int(given[2]), None
    for word in last[len("answer: ") :].split(" "):
        step = STEP.fullmatch(word)
        if not step:
            return False
        a, op, b, c = int(step[1]), step[2], int(step[3]), int(step[4])
        if a not in left:
            return False
        left.remove(a)
        if b not in left:
            return False
        left.remove(b)
        result = calculate(a, op, b)
        if result is None or result != c:
            return False
        left.append(c)
    return result == target
