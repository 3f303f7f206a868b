// What a link carries so that a replay can be compared: one number for each step of each contender.
import { philox4x32 } from '../../math/philox.ts';
import { fromBase64Url, toBase64Url } from '../../core/base64.ts';

/** How a replay compares with the fingerprint that its link carried. */
export type Reproduction =
  | { readonly verdict: 'reproduced'; readonly largest: number }
  | { readonly verdict: 'differs'; readonly contender: number; readonly step: number; readonly by: number }
  | { readonly verdict: 'unreadable'; readonly because: string };

/** The state after one step as one number: `value` is a random ±1 projection, of the size of one element. */
export interface StepPrint {
  readonly step: number;
  readonly sigma: number;
  readonly value: number;
  /** How far a replay may be off, where that is more than rounding; as a share of 1 + σ. */
  readonly tolerance?: number;
}

/**
 * At most this many steps of a contender go into a link, the last always among them; images are kept at fewer steps.
 */
const MAX_PRINTS = { point: 24, image: 8 } as const;
/**
 * Float32 rounding of different adapters, magnified by the flow, stays well under this share of (1 + σ) for the bundled
 * models; a wrong coefficient, seed or weight moves the projection by far more.
 */
export const TOLERANCE = 2e-3;
const VERSION = 1;
const SIGN_KEY = 0x46494e47;

/**
 * (1/√n)·Σ ±xᵢ with keyed signs: if every element moved independently by d, this moves by about d, so two runs
 * can be compared without keeping either.
 */
export function projectState(x: ArrayLike<number>): number {
  const words = new Uint32Array(4);
  let sum = 0;
  for (let i = 0; i < x.length; i += 128) {
    philox4x32(i >>> 7, 0, 0, 0, SIGN_KEY, 0, words);
    for (let k = 0; k < 128 && i + k < x.length; k++) sum += (words[k >> 5]! >>> (k & 31)) & 1 ? x[i + k]! : -x[i + k]!;
  }
  return sum / Math.sqrt(Math.max(1, x.length));
}

/** Which marks of a run of `steps` steps are printed: evenly spaced, always the last, never the start. */
export function printedSteps(steps: number, kind: 'point' | 'image'): number[] {
  const count = Math.min(steps, MAX_PRINTS[kind]);
  return Array.from({ length: count }, (_, i) => Math.round(((i + 1) * steps) / count));
}

/** float32 cut to 24 bits (sign, exponent, 15 bits of fraction): four characters a step. */
export function formatFingerprint(contenders: readonly (readonly StepPrint[])[]): string {
  return [
    String(VERSION),
    ...contenders.map((prints) => {
      const bytes = new Uint8Array(prints.length * 3);
      const view = new DataView(new ArrayBuffer(4));
      prints.forEach((p, i) => {
        view.setFloat32(0, p.value);
        for (let k = 0; k < 3; k++) bytes[3 * i + k] = view.getUint8(k);
      });
      return toBase64Url(bytes);
    }),
  ].join('.');
}

/** Compares a finished run with a link's fingerprint. Never throws. */
export function compareFingerprint(text: string, contenders: readonly (readonly StepPrint[])[]): Reproduction {
  const [version, ...parts] = text.split('.');
  if (version !== String(VERSION))
    return {
      verdict: 'unreadable',
      because: `the link’s record is of version '${version!.slice(0, 12)}', this page reads version ${VERSION}`,
    };
  if (parts.length !== contenders.length)
    return {
      verdict: 'unreadable',
      because: `the link’s record holds ${parts.length} contenders, the experiment ${contenders.length}`,
    };
  let largest = 0;
  for (const [c, prints] of contenders.entries()) {
    const bytes = fromBase64Url(parts[c]!);
    if (!bytes || bytes.length !== prints.length * 3)
      return {
        verdict: 'unreadable',
        because: `the record of contender ${c + 1} does not have ${prints.length} steps`,
      };
    const view = new DataView(new ArrayBuffer(4));
    for (const [i, p] of prints.entries()) {
      for (let k = 0; k < 3; k++) view.setUint8(k, bytes[3 * i + k]!);
      view.setUint8(3, 0x80); // the middle of what the cut left open
      const by = Math.abs(view.getFloat32(0) - p.value);
      if (!(by <= Math.max(TOLERANCE, p.tolerance ?? 0) * (1 + p.sigma)))
        return { verdict: 'differs', contender: c, step: p.step, by };
      largest = Math.max(largest, by);
    }
  }
  return { verdict: 'reproduced', largest };
}
