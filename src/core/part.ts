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
 * Attention within a window of so large a share of the tokens: `order`, of those nearest in the order of tokens; `disc`, of
 * those around it in the picture. `refresh`: a whole pass, which keeps what of it the window would have missed. A query's
 * share of the softmax that fell into the window (`ratio`) scales what the window gives, and what that lacked of all
 * (`residual`) is added; the share grows by `drift` after each use, to 1 at most.
 */
export interface SparsePart {
  readonly kind: 'sparse';
  readonly keep: number;
  readonly window: 'order' | 'disc';
  readonly refresh: boolean;
  readonly ratio: boolean;
  readonly residual: boolean;
  readonly drift: number;
}

/**
 * Less than a whole pass of a network of L blocks, or a pass that leaves something behind. `exit`: the first blocks, then
 * straight to the network's head, or to one that was fitted for that depth. `keep`: a whole pass, which keeps what all
 * blocks after the first ones have added. `reuse`: the first blocks, then a sum of what was kept: term 0 is the last.
 * `pooled`: a pass on the
 * picture of half the size. `strips` and `sparse`: all blocks, whose attention sees less.
 */
export type Part =
  | { readonly kind: 'exit'; readonly blocks: number; readonly head: 'own' | 'fitted' }
  | { readonly kind: 'keep'; readonly blocks: number }
  | { readonly kind: 'reuse'; readonly blocks: number; readonly terms: readonly number[] }
  | { readonly kind: 'pooled' }
  | MixingPart;

/** Parts whose blocks all run, but whose attention is another. */
export type MixingPart = StripsPart | SparsePart;
export const isMixing = (part: Part | undefined): part is MixingPart =>
  part?.kind === 'strips' || part?.kind === 'sparse';
/** Whether all is seen, and something left for the passes after it. */
export const seesAll = (part: MixingPart): boolean => (part.kind === 'strips' ? part.sync : part.refresh);

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
    case 'pooled':
      return 'pooled';
    case 'strips':
      return `strips ${part.workers} ${part.halo} ${part.sync}`;
    case 'sparse':
      return `sparse ${[part.keep, part.window, part.refresh, part.ratio, part.residual, part.drift].join(' ')}`;
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
export const noHalves = (title: string): PartError =>
  new PartError(
    `${title} answers for pictures of one size alone, and half of it is asked for`,
    'Take this wrapper off, or choose a model that is known at both sizes: digits, exact.',
  );
export const nothingKept = (asked: number, kept: number): PartError =>
  new PartError(
    `its plan reuses the residuals of ${asked} whole ${asked === 1 ? 'pass' : 'passes'} where ${kept === 0 ? 'none was' : `only ${kept} had been`} kept`,
    'The first evaluation must be a whole one: take off one of the wrappers, or the interval of its guidance.',
  );
/** What was kept of some blocks is no residual of others. */
export const keptElsewhere = (asked: number, kept: number): PartError =>
  new PartError(
    `its plan puts back what the blocks after ${asked} add, and what was kept is of those after ${kept}`,
    'Two of its wrappers cache other blocks: take one of them off.',
  );
export const nothingSeen = ({ kind }: MixingPart): PartError =>
  new PartError(
    kind === 'strips'
      ? 'its strips see the keys and values of the pass before, and none has left any'
      : 'its windows are corrected by what an earlier whole pass saw beyond them, and there was none',
    'The first evaluation must be a whole one: take off one of the wrappers, or the interval of its guidance.',
  );
export const noHead = (): PartError =>
  new PartError(
    'it leaves the network early by fitted heads, and none were fitted for this model',
    'Choose the network’s own head, or fit heads.',
  );

/** A plan's blocks where the network has fewer: all of them; one strip is the picture, and so is a window of all. */
export function wholeAt(part: Part | undefined, blocks: number): Part | undefined {
  if (part?.kind === 'exit' && part.blocks >= blocks) return undefined;
  if (part?.kind === 'sparse' && part.keep >= 1) return undefined;
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

/** Half the height and half the width: a quarter of the tokens. */
const POOLED = 1 / 4;

/**
 * The share of a whole pass that a part multiplies and adds, counted: what every pass begins and ends with, and the
 * blocks that run, attention by the pairs of tokens that see each other. A residual that is put back is added, not multiplied.
 */
export function workOf(part: Part | undefined, network: NetworkFacts | null): number {
  if (part?.kind === 'pooled') return POOLED;
  if (!network) return 1;
  const { blocks, tokens, d, hidden, per } = network;
  const ends = 2 * tokens * per * d + 8 * d * d;
  const products = tokens * (4 * d * d + 2 * d * hidden);
  const attention = 2 * tokens * tokens * d;
  const whole = ends + blocks * (products + attention);
  const own = wholeAt(part, blocks);
  const seen = isMixing(own) ? pairsOf(own, network) : 1;
  return (ends + blocksOf(part, blocks) * (products + seen * attention)) / whole;
}

/** How many of a network's blocks a part runs before it does anything else. */
export function blocksOf(part: Part | undefined, blocks: number): number {
  if (part === undefined || part.kind === 'keep' || part.kind === 'pooled' || isMixing(part)) return blocks;
  return Math.min(part.blocks, blocks);
}

/** Pairs of tokens whose scores and values are multiplied, as a share of all. A refresh weighs the window's values besides. */
function pairsOf(part: MixingPart, network: NetworkFacts): number {
  const share = pairShare(cellsOf(part, network));
  if (part.kind === 'sparse' && part.refresh) return 1 + share / 2;
  return seesAll(part) ? 1 : share;
}

/** Bytes of keys and values that travel between a part's emulated workers in a pass of one sample, as 32-bit numbers. */
export const bytesOf = (part: Part | undefined, network: NetworkFacts): number =>
  part?.kind === 'strips' ? receivedBy(part, network) * network.blocks * 2 * network.d * 4 : 0;
