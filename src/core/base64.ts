// Base64url (RFC 4648 §5) without padding; pure, so that the codec needs no browser.
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export function toBase64Url(bytes: Uint8Array): string {
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const have = Math.min(3, bytes.length - i);
    const word = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (let k = 0; k <= have; k++) out += ALPHABET[(word >> (18 - 6 * k)) & 63];
  }
  return out;
}

/** The bytes, or undefined when the text is not canonical base64url. */
export function fromBase64Url(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const ch of text) {
    bits = ((bits << 6) | ALPHABET.indexOf(ch)) & 0xffffff;
    held += 6;
    if (held >= 8) bytes[at++] = (bits >> (held -= 8)) & 255;
  }
  // Padding bits other than zero would let two texts encode the same bytes.
  return held > 0 && (bits & ((1 << held) - 1)) !== 0 ? undefined : bytes;
}
