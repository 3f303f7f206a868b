/** Text as CLIP reads it, and where each UTF-16 unit of it came from. */
export interface Normalised {
  readonly text: string;
  /** For each unit of `text`, the part of the source that it stands for. */
  readonly begin: readonly number[];
  readonly end: readonly number[];
}

/** Composition never reaches over these parts: a character with its marks, or the pieces of Korean syllables. */
const SYLLABLE = /[\u1100-\u11ff\ua960-\ua97f\uac00-\ud7ff]*[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]+|.\p{M}*/gsu;

class Builder {
  #text = '';
  readonly #begin: number[] = [];
  readonly #end: number[] = [];
  add(text: string, begin: number, end: number): void {
    this.#text += text;
    for (let i = 0; i < text.length; i++) {
      this.#begin.push(begin);
      this.#end.push(end);
    }
  }
  build = (): Normalised => ({ text: this.#text, begin: this.#begin, end: this.#end });
}

function composed(source: string, offset: number): Normalised {
  const out = new Builder();
  for (const { 0: part, index } of source.matchAll(SYLLABLE)) {
    const whole = part.normalize('NFC');
    let at = offset + index;
    if (whole !== part) out.add(whole, at, at + part.length);
    else
      for (const c of part) {
        out.add(c, at, at + c.length);
        at += c.length;
      }
  }
  return out.build();
}

/**
 * Unicode composition (NFC), runs of white space to one space, then lower case, character by character: Python's
 * library, unlike JavaScript, knows no final sigma. `offset` is where `source` begins in the text that the parts count.
 */
export function normalise(source: string, offset = 0): Normalised {
  const nfc = composed(source, offset);
  const out = new Builder();
  for (const { 0: part, index } of nfc.text.matchAll(/\p{White_Space}+|./gsu)) {
    const begin = nfc.begin[index]!;
    const end = nfc.end[index + part.length - 1]!;
    out.add(/^\p{White_Space}/u.test(part) ? ' ' : part.toLowerCase(), begin, end);
  }
  return out.build();
}
