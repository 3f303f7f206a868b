"""Sentences for what was drawn: phrases in any order, most of them dropped now and then, in a few ways of joining them."""

ORDER = ["hair", "skin", "mouth", "eyes", "glasses", "accessories", "facialHair", "earrings", "clothes", "background", "design"]

# Other words for the same thing, so that a short prompt does not have to guess ours.
OTHERS = {
    "big smile": ["laughing", "wide smile"],
    "smile": ["smiling", "happy"],
    "sad": ["unhappy", "sad mouth"],
    "frown": ["frowning"],
    "surprised": ["open mouth"],
    "angry": ["angry face"],
    "moustache": ["mustache"],
    "blonde": ["blond", "yellow"],
    "grey": ["gray"],
    "fringe": ["bangs"],
    "braided": ["braids"],
    "dark skin": ["black skin"],
    "light skin": ["pale skin"],
}
DESIGN = {design: design.lower() for design in ["micah", "bigSmile", "personas", "dylan"]}
# Shapes that are nouns: "a red mohawk", never "mohawk hair".
NOUNS = {"quiff", "mohawk", "bowl cut", "bun", "afro bun", "fringe", "high top", "bob", "pigtails", "curly bun", "side parting", "buns"}


def other(phrase, random):
    choices = OTHERS.get(phrase)
    return random.choice(choices) if choices and random.random() < 0.25 else phrase


def hair(words, random):
    """'curly red hair', 'red curly hair', 'red hair', 'red mohawk', 'red hair, mohawk'."""
    if "head" in words:
        return words["head"]
    colour, shape = other(words["hair"], random), words.get("shape")
    described = [colour]
    if shape and shape not in NOUNS and random.random() < 0.7:
        described.insert(random.randint(0, 1), shape)
    if shape in NOUNS and random.random() < 0.7:
        return f"{colour} {shape}" if random.random() < 0.6 else f"{colour} hair, {shape}"
    return " ".join([*described, "hair"])


def phrases(words, random):
    found = {"hair": hair(words, random), "background": f"{other(words['background'], random)} background"}
    found["design"] = f"style {DESIGN[words['design']]}"
    found["skin"] = other(f"{words['skin']} skin", random)
    if "clothes" in words:
        found["clothes"] = f"{words['clothes']} {random.choice(['shirt', 'clothes'])}"
    for part in ("mouth", "eyes", "glasses", "accessories", "facialHair", "earrings"):
        if part in words:
            found[part] = other(words[part], random)
    return found


def caption(words, random):
    """One sentence. A quarter are one or two phrases, as people type them; the rest drop a fifth of theirs."""
    found = phrases(words, random)
    names = list(found)
    if random.random() < 0.25:
        names = random.sample(names, random.choice([1, 1, 2, 2, 3]))
    else:
        names = [name for name in names if random.random() < 0.8] or names[:1]
    if random.random() < 0.7:
        random.shuffle(names)
    else:
        names.sort(key=ORDER.index)
    said = [found[name] for name in names]
    if random.random() < 0.75:
        return ", ".join(said)
    head = random.choice(["a face with ", "a person with ", "an avatar with ", "portrait, ", ""])
    return head + (", ".join(said[:-1]) + " and " + said[-1] if len(said) > 1 else said[0])


def full(words, random):
    """Everything that can be said, in the customary order: what the evaluation asks for."""
    found = phrases(words, random)
    return ", ".join(found[name] for name in ORDER if name in found)
