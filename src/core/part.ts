import { cellsOf, pairShare, receivedBy } from './sight.ts';

/**
 * Strips of tokens, one for each emulated worker: in attention a strip sees its own keys and values, and of the others those
 * of the pass before, of so many rows beside it or of all. `sync`: a whole pass, whose keys and values the next one sees.
 */
export interface StripsPart {
  readonly kind: 'strips';
  readonly workers: number;
  readonly halo: number | 'all';
  readonly sync: boolean;
}

/**
 * Less than a whole pass of a network of L blocks, or a pass that leaves something behind. `exit`: the first blocks, then
 * straight to the network's head, or to one that was fitted for that depth. `keep`: a whole pass, which keeps what all
 * blocks after the first ones have added. `reuse`: the first blocks, then a sum of what was kept: term 0 is the last.
 * `strips`: all blocks, whose attention sees less.
 */
export type Part =
  | { readonly kind: 'exit'; readonly blocks: number; readonly head: 'own' | 'fitted' }
  | { readonly kind: 'keep'; readonly blocks: number }
  | { readonly kind: 'reuse'; readonly blocks: number; readonly terms: readonly number[] }
  | StripsPart;

/** Parts whose blocks all run, but whose attention is another. */
export type MixingPart = StripsPart;
export const isMixing = (part: Part | undefined): part is MixingPart => part?.kind === 'strips';

/** How many of the last kept residuals a role has, at most: enough for a parabola. */
export const MOST_KEPT = 3;

/** What tells parts apart; empty for a whole pass. */
export const partKey = (part: Part | undefined): string => {
  switch (part?.kind) {
    case undefined:
      return '';
    case 'exit':
      return `exit ${part.blocks} ${part.head}`;
    case 'keep':
      return `keep ${part.blocks}`;
    case 'reuse':
      return `reuse ${part.blocks} ${part.terms.join()}`;
    case 'strips':
      return `strips ${part.workers} ${part.halo} ${part.sync}`;
    default:
      return part satisfies never;
  }
};

/** A plan that asks for a part that cannot be given. */
export class PartError extends Error {
  override readonly name = 'PartError';
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

export const noBlocks = (title: string): PartError =>
  new PartError(
    `${title} is no network of blocks, and no part of it can be left out`,
    'Take this wrapper off, or choose a model that is a transformer: digits or avatars.',
  );
export const nothingKept = (asked: number, kept: number): PartError =>
  new PartError(
    `its plan reuses the residuals of ${asked} whole ${asked === 1 ? 'pass' : 'passes'} where ${kept === 0 ? 'none was' : `only ${kept} had been`} kept`,
    'The first evaluation must be a whole one: take off one of the wrappers, or the interval of its guidance.',
  );
export const nothingSeen = (): PartError =>
  new PartError(
    'its strips see the keys and values of the pass before, and none has left any',
    'The first evaluation must be a synchronous one: take off one of the wrappers, or the interval of its guidance.',
  );
export const noHead = (): PartError =>
  new PartError(
    'it leaves the network early by fitted heads, and none were fitted for this model',
    'Choose the network’s own head, or fit heads.',
  );

/** A plan's blocks where the network has fewer: all of them; and one strip is the picture. */
export function wholeAt(part: Part | undefined, blocks: number): Part | undefined {
  if (part?.kind === 'exit' && part.blocks >= blocks) return undefined;
  return part?.kind === 'strips' && part.workers === 1 ? undefined : part;
}

/** What the parts of a network weigh: its blocks and the sizes that a pass multiplies. */
export interface NetworkFacts {
  readonly blocks: number;
  readonly tokens: number;
  /** Tokens of a row of the picture. */
  readonly across: number;
  readonly d: number;
  readonly hidden: number;
  /** Numbers of a patch. */
  readonly per: number;
}

/**
 * The share of a whole pass that a part multiplies and adds, counted: what every pass begins and ends with, and the
 * blocks that run, attention by the pairs of tokens that see each other. A residual that is put back is added, not multiplied.
 */
export function workOf(part: Part | undefined, network: NetworkFacts): number {
  const { blocks, tokens, d, hidden, per } = network;
  const ends = 2 * tokens * per * d + 8 * d * d;
  const products = tokens * (4 * d * d + 2 * d * hidden);
  const attention = 2 * tokens * tokens * d;
  const whole = ends + blocks * (products + attention);
  const seen = isMixing(part) ? pairsOf(part, network) : 1;
  return (ends + blocksOf(part, blocks) * (products + seen * attention)) / whole;
}

/** How many of a network's blocks a part runs before it does anything else. */
export function blocksOf(part: Part | undefined, blocks: number): number {
  if (part === undefined || part.kind === 'keep' || isMixing(part)) return blocks;
  return Math.min(part.blocks, blocks);
}

const pairsOf = (part: MixingPart, network: NetworkFacts): number =>
  part.sync ? 1 : pairShare(cellsOf(part, network));

/** Bytes of keys and values that travel between a part's emulated workers in a pass of one sample, as 32-bit numbers. */
export const bytesOf = (part: Part | undefined, network: NetworkFacts): number =>
  part?.kind === 'strips' ? receivedBy(part, network) * network.blocks * 2 * network.d * 4 : 0;
