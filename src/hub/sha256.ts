// SHA-256 (FIPS 180-4) of bytes that come piece by piece: crypto.subtle wants them all at once, and weights are
// gigabytes.

/**
 * First 32 bits of the fractional parts of x^(1/root) for the first n primes, as the standard defines its constants.
 */
function fractions(n: number, root: (x: number) => number): Uint32Array {
  const out = new Uint32Array(n);
  for (let x = 2, i = 0; i < n; x++) {
    let prime = true;
    for (let d = 2; d * d <= x; d++) prime &&= x % d !== 0;
    if (prime) out[i++] = (root(x) % 1) * 2 ** 32;
  }
  return out;
}
// Signed, so that an engine keeps them in 32-bit registers.
const START = new Int32Array(fractions(8, Math.sqrt).buffer);
const K = new Int32Array(fractions(64, Math.cbrt).buffer);
const BLOCK = 64;

export class Sha256 {
  readonly #state = START.slice();
  readonly #schedule = new Int32Array(64);
  /** The bytes since the last whole block, with room for the padding of the last one. */
  readonly #rest = new Uint8Array(2 * BLOCK);
  #held = 0;
  #bytes = 0;

  update(bytes: Uint8Array): this {
    this.#bytes += bytes.length;
    let at = 0;
    if (this.#held > 0) {
      at = Math.min(BLOCK - this.#held, bytes.length);
      this.#rest.set(bytes.subarray(0, at), this.#held);
      this.#held += at;
      if (this.#held < BLOCK) return this;
      this.#blocks(this.#rest, 0, BLOCK);
      this.#held = 0;
    }
    const whole = bytes.length - ((bytes.length - at) % BLOCK);
    this.#blocks(bytes, at, whole);
    this.#rest.set(bytes.subarray(whole));
    this.#held = bytes.length - whole;
    return this;
  }

  /** Lower-case hexadecimal. Nothing may be added afterwards. */
  digest(): string {
    const rest = this.#rest;
    const end = this.#held + 9 <= BLOCK ? BLOCK : 2 * BLOCK;
    rest.fill(0, this.#held, end);
    rest[this.#held] = 0x80;
    new DataView(rest.buffer).setBigUint64(end - 8, BigInt(this.#bytes) * 8n, false);
    this.#blocks(rest, 0, end);
    return Array.from(this.#state, (v) => (v >>> 0).toString(16).padStart(8, '0')).join('');
  }

  #blocks(bytes: Uint8Array, begin: number, end: number): void {
    const w = this.#schedule;
    const state = this.#state;
    let [s0, s1, s2, s3, s4, s5, s6, s7] = state as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    for (let at = begin; at < end; at += BLOCK) {
      for (let i = 0, j = at; i < 16; i++, j += 4)
        w[i] = (bytes[j]! << 24) | (bytes[j + 1]! << 16) | (bytes[j + 2]! << 8) | bytes[j + 3]!;
      for (let i = 16; i < 64; i++) {
        const x = w[i - 15]!;
        const y = w[i - 2]!;
        w[i] =
          (((w[i - 16]! + w[i - 7]!) | 0) +
            (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) +
            (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10))) |
          0;
      }
      let a = s0 | 0;
      let b = s1 | 0;
      let c = s2 | 0;
      let d = s3 | 0;
      let e = s4 | 0;
      let f = s5 | 0;
      let g = s6 | 0;
      let h = s7 | 0;
      for (let i = 0; i < 64; i++) {
        const t =
          (h +
            (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))) +
            ((e & f) ^ (~e & g)) +
            K[i]! +
            w[i]!) |
          0;
        const u =
          ((((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))) +
            ((a & b) ^ (a & c) ^ (b & c))) |
          0;
        h = g;
        g = f;
        f = e;
        e = (d + t) | 0;
        d = c;
        c = b;
        b = a;
        a = (t + u) | 0;
      }
      s0 = (s0 + a) | 0;
      s1 = (s1 + b) | 0;
      s2 = (s2 + c) | 0;
      s3 = (s3 + d) | 0;
      s4 = (s4 + e) | 0;
      s5 = (s5 + f) | 0;
      s6 = (s6 + g) | 0;
      s7 = (s7 + h) | 0;
    }
    state.set([s0, s1, s2, s3, s4, s5, s6, s7]);
  }
}

/** Of bytes that are all there: the browser's own, where the page may use it. */
export async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  // Missing on pages that were not opened over https or from localhost.
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (!subtle) return new Sha256().update(bytes).digest();
  return Array.from(new Uint8Array(await subtle.digest('SHA-256', bytes)), (b) => b.toString(16).padStart(2, '0')).join(
    '',
  );
}
