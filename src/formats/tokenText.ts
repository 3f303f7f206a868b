/** How one token becomes text: the part of tokenizer.json's decoder that matters, in a form that can also stream. */
export type TokenDecoder =
  /** Every character of a token stands for one byte, as in GPT-2. */
  | { readonly kind: 'byteLevel' }
  /**
   * Tokens are words, with a space between them; what begins with `prefix` goes on with a word. `cleanup` takes the
   * space before English punctuation and short forms away again, as BERT's tokenizer does.
   */
  | { readonly kind: 'words'; readonly prefix: string; readonly cleanup: boolean }
  /**
   * Tokens are text with marks for spaces; `<0x0A>` stands for a byte if `byteFallback`; the text loses `strip` leading
   * spaces.
   */
  | {
      readonly kind: 'text';
      readonly replace: readonly (readonly [string, string])[];
      readonly byteFallback: boolean;
      readonly strip: number;
      readonly firstDropsMark: string | null;
    };

/**
 * The 256 characters that GPT-2 writes bytes as: printable Latin-1 bytes stand for themselves, the others follow from
 * U+0100 on. byteOfChar is the inverse.
 */
export const charOfByte: readonly string[] = (() => {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const plain = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    return String.fromCharCode(plain ? byte : next++);
  });
})();
const byteOfChar = new Map(charOfByte.map((char, byte) => [char, byte]));

const utf8 = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes of a byte-level token; a token with a character outside the alphabet (added tokens) stands for itself. */
export function byteLevelBytes(token: string): Uint8Array {
  const bytes = new Uint8Array(token.length);
  for (let i = 0; i < token.length; i++) {
    const byte = byteOfChar.get(token[i]!);
    if (byte === undefined) return utf8.encode(token);
    bytes[i] = byte;
  }
  return bytes;
}

/** The byte that `<0x0A>` names, or null. */
const fallbackByte = (token: string): number | null =>
  /^<0x[0-9A-Fa-f]{2}>$/.test(token) ? parseInt(token.slice(3, 5), 16) : null;

type TextDecoding = TokenDecoder & { readonly kind: 'text' };
function textOf(token: string, { replace, firstDropsMark }: TextDecoding, first: boolean): string {
  let text = token;
  if (first && firstDropsMark !== null) text = text.replaceAll(firstDropsMark, '');
  for (const [from, to] of replace) text = text.replaceAll(from, () => to);
  return text;
}

const cleanups: readonly (readonly [string, string])[] = [
  [' .', '.'],
  [' ?', '?'],
  [' !', '!'],
  [' ,', ','],
  [" ' ", "'"],
  [" n't", "n't"],
  [" 'm", "'m"],
  [' do not', " don't"],
  [" 's", "'s"],
  [" 've", "'ve"],
  [" 're", "'re"],
];
type WordDecoding = TokenDecoder & { readonly kind: 'words' };
function wordOf(token: string, { prefix, cleanup }: WordDecoding, first: boolean): string {
  let text = token;
  if (!first) text = prefix !== '' && token.startsWith(prefix) ? token.slice(prefix.length) : ` ${token}`;
  if (cleanup) for (const [from, to] of cleanups) text = text.replaceAll(from, to);
  return text;
}

/** The bytes that a token adds to a text that has begun. */
export function bytesOf(token: string, decoder: TokenDecoder): Uint8Array {
  if (decoder.kind === 'byteLevel') return byteLevelBytes(token);
  if (decoder.kind === 'words') return utf8.encode(wordOf(token, decoder, false));
  const byte = decoder.byteFallback ? fallbackByte(token) : null;
  return byte !== null ? Uint8Array.of(byte) : utf8.encode(textOf(token, decoder, false));
}

/** Text without up to `most` of the spaces it starts with, and how many were there. */
function withoutSpaces(text: string, most: number): [string, number] {
  let n = 0;
  while (n < most && text[n] === ' ') n++;
  return [text.slice(n), n];
}

/** What the tokens before a text leave to it. */
export interface Begun {
  /** Nothing came before, so the first token loses its mark. */
  readonly first: boolean;
  /** Leading spaces that are still to be dropped. */
  readonly strip: number;
  /** Bytes of a character that the tokens before began and did not finish. */
  readonly held: readonly number[];
}
const start = (decoder: TokenDecoder): Begun => ({
  first: true,
  strip: decoder.kind === 'text' ? decoder.strip : 0,
  held: [],
});

/** The bytes at the end that only begin a character. */
function unfinished(bytes: readonly number[]): readonly number[] {
  for (let n = 1; n <= Math.min(3, bytes.length); n++) {
    const byte = bytes[bytes.length - n]!;
    if (byte < 0x80) return [];
    if (byte >= 0xc0) return encodedLength(byte) > n ? bytes.slice(-n) : [];
  }
  return [];
}

/** The state in which `before` leaves the text that goes on from it. */
export function begunBy(before: readonly string[], decoder: TokenDecoder): Begun {
  if (before.length === 0) return start(decoder);
  if (decoder.kind === 'byteLevel')
    return {
      first: false,
      strip: 0,
      held: unfinished(before.slice(-4).flatMap((token) => [...byteLevelBytes(token)])),
    };
  if (decoder.kind === 'words') return { first: false, strip: 0, held: [] };
  const ends = before.slice(-3).map((token) => (decoder.byteFallback ? fallbackByte(token) : null));
  const text = decodeTokens(before, { ...decoder, strip: 0 });
  const [rest, n] = withoutSpaces(text, decoder.strip);
  return {
    first: false,
    strip: rest === '' ? decoder.strip - n : 0,
    held: unfinished(ends.slice(ends.lastIndexOf(null) + 1) as number[]),
  };
}

/**
 * The text of a whole sequence, or of one that goes on from others: what is added to theirs. Bytes that are no UTF-8
 * become U+FFFD exactly as in the Python library.
 */
export function decodeTokens(tokens: readonly string[], decoder: TokenDecoder, begun: Begun = start(decoder)): string {
  if (decoder.kind === 'byteLevel') {
    const parts = [Uint8Array.from(begun.held), ...tokens.map(byteLevelBytes)];
    const bytes = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return withoutFirst(lossy.decode(bytes), begun);
  }
  if (decoder.kind === 'words')
    return tokens.map((token, i) => wordOf(token, decoder, begun.first && i === 0)).join('');
  let text = '';
  let run = [...begun.held];
  const endRun = (): void => {
    if (run.length === 0) return;
    try {
      text += strict.decode(Uint8Array.from(run));
    } catch {
      text += '\ufffd'.repeat(run.length - (text === '' ? begun.held.length : 0));
    }
    run = [];
  };
  tokens.forEach((token, i) => {
    const byte = decoder.byteFallback ? fallbackByte(token) : null;
    if (byte !== null) run.push(byte);
    else {
      endRun();
      text += textOf(token, decoder, begun.first && i === 0);
    }
  });
  endRun();
  return withoutSpaces(text, begun.strip)[0];
}

/** A character that was begun before and not finished here has its U+FFFD there. */
const withoutFirst = (text: string, { held }: Begun): string =>
  held.length > 0 && text.startsWith('\ufffd') ? text.slice(1) : text;

/** Text that arrives token by token. */
export interface IncrementalText {
  /** The characters that this token completes, maybe none: bytes of an unfinished character are held back. */
  push(token: number): string;
  /** What is still held back, as U+FFFD; the next push starts the text anew. */
  flush(): string;
}

/**
 * Streams as `decodeTokens` decodes: for sequences whose bytes are valid UTF-8 the pieces join to the same text. (In an
 * invalid run of fallback bytes the Python library replaces the run's valid characters too; those have been shown by
 * then.)
 */
export function incrementalText(
  tokenOf: (token: number) => string | null,
  decoder: TokenDecoder,
  begun: Begun = start(decoder),
): IncrementalText {
  let stream = new TextDecoder('utf-8', { ignoreBOM: true });
  let [first, toStrip, nothing] = [true, 0, true];
  const restart = (): void => {
    stream = new TextDecoder('utf-8', { ignoreBOM: true });
    stream.decode(Uint8Array.from(begun.held), { stream: true });
    [first, toStrip, nothing] = [begun.first, begun.strip, true];
  };
  restart();
  /** Leading spaces go as long as nothing else has come. */
  const emit = (text: string): string => {
    if (text === '') return text;
    const whole = nothing ? withoutFirst(text, begun) : text;
    nothing = false;
    if (toStrip === 0) return whole;
    const [rest, n] = withoutSpaces(whole, toStrip);
    toStrip = rest === '' ? toStrip - n : 0;
    return rest;
  };
  return {
    push(id) {
      const token = tokenOf(id);
      if (token === null) return '';
      if (decoder.kind === 'byteLevel') return emit(stream.decode(byteLevelBytes(token), { stream: true }));
      if (decoder.kind === 'words') {
        const text = wordOf(token, decoder, first);
        first = false;
        return emit(text);
      }
      const byte = decoder.byteFallback ? fallbackByte(token) : null;
      const text =
        byte !== null
          ? stream.decode(Uint8Array.of(byte), { stream: true })
          : stream.decode() + textOf(token, decoder, first);
      first = false;
      return emit(text);
    },
    flush() {
      const text = emit(stream.decode());
      restart();
      return text;
    },
  };
}

/** How many bytes the UTF-8 code of a character takes, by its first one. */
function encodedLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

/** Valid UTF-8 as text, other bytes as ‹e2›. */
function shownBytes(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length;) {
    const lead = bytes[i]!;
    const length = encodedLength(lead);
    try {
      text += strict.decode(bytes.subarray(i, i + length));
      i += length;
    } catch {
      text += `‹${lead.toString(16).padStart(2, '0')}›`;
      i++;
    }
  }
  return text;
}

/** One token as a reader may see it: spaces as spaces, bytes of an unfinished character as ‹e2›‹80›. */
export function pieceOf(token: string, decoder: TokenDecoder): string {
  if (decoder.kind === 'byteLevel') return shownBytes(byteLevelBytes(token));
  if (decoder.kind === 'words') return wordOf(token, decoder, false);
  const byte = decoder.byteFallback ? fallbackByte(token) : null;
  return byte !== null ? shownBytes(Uint8Array.of(byte)) : textOf(token, decoder, false);
}
