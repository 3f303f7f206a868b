// A vocabulary as a tree over bytes: tokens that begin alike share their beginning, so that a state of the automaton is
// asked once for it.

/** The tokens of a model as bytes. Caches are kept by the object: make one per model. */
export interface Vocabulary {
  /** Number of logits. */
  readonly size: number;
  /** What a token adds to a text; null for tokens that are no text (special ones, rows without a token). */
  bytes(token: number): Uint8Array | null;
  /** Tokens that end a text: they are allowed where the grammar may end, and are no text. */
  readonly endTokens: readonly number[];
}

/** Nodes in preorder, the root first: node i's subtree is i … end[i] − 1. */
export interface Trie {
  readonly byte: Uint8Array;
  readonly end: Int32Array;
  readonly depth: Uint16Array;
  /** Tokens that end at node i: tokens[from[i]] … tokens[from[i + 1] − 1]. */
  readonly from: Int32Array;
  readonly tokens: Int32Array;
  readonly deepest: number;
  /** Bytes that occur in a token. */
  readonly alphabet: Uint8Array;
}

const LONGEST = 65_535;

/**
 * Tokens without a byte are left out, because a text could take them for ever; so are end tokens, and tokens longer than
 * 65 535 bytes.
 */
export function trieOf({ size, bytes, endTokens }: Vocabulary): Trie {
  const ends = new Set(endTokens);
  const list: { readonly key: string; readonly token: number }[] = [];
  const alphabet = new Uint8Array(256);
  for (let token = 0; token < size; token++) {
    const own = ends.has(token) ? null : bytes(token);
    if (!own || own.length === 0 || own.length > LONGEST) continue;
    let key = '';
    for (const byte of own) {
      key += String.fromCharCode(byte);
      alphabet[byte] = 1;
    }
    list.push({ key, token });
  }
  list.sort((a, b) => {
    if (a.key === b.key) return a.token - b.token;
    return a.key < b.key ? -1 : 1;
  });
  const byte = [0];
  const depth = [0];
  const from = [0];
  const end: number[] = [0];
  const path = [0];
  let deepest = 0;
  let last = '';
  list.forEach(({ key }, i) => {
    let same = 0;
    while (same < last.length && same < key.length && last.charCodeAt(same) === key.charCodeAt(same)) same++;
    for (const node of path.splice(same + 1)) end[node] = byte.length;
    for (let d = same; d < key.length; d++) {
      path.push(byte.length);
      byte.push(key.charCodeAt(d));
      depth.push(d + 1);
      from.push(i);
      end.push(0);
    }
    deepest = Math.max(deepest, key.length);
    last = key;
  });
  for (const node of path) end[node] = byte.length;
  from.push(list.length);
  return {
    byte: Uint8Array.from(byte),
    end: Int32Array.from(end),
    depth: Uint16Array.from(depth),
    from: Int32Array.from(from),
    tokens: Int32Array.from(list, (t) => t.token),
    deepest,
    alphabet,
  };
}
