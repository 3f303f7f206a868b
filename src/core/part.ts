/**
 * Less than a whole pass of a network of L blocks, or a pass that leaves something behind. `exit`: the first blocks, then
 * straight to the network's head, or to one that was fitted for that depth. `keep`: a whole pass, which keeps what all
 * blocks after the first ones have added. `reuse`: the first blocks, then a sum of what was kept: term 0 is the last.
 */
export type Part =
  | { readonly kind: 'exit'; readonly blocks: number; readonly head: 'own' | 'fitted' }
  | { readonly kind: 'keep'; readonly blocks: number }
  | { readonly kind: 'reuse'; readonly blocks: number; readonly terms: readonly number[] };

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
export const noHead = (): PartError =>
  new PartError(
    'it leaves the network early by fitted heads, and none were fitted for this model',
    'Choose the network’s own head, or fit heads.',
  );

/** A plan's blocks where the network has fewer: all of them. */
export const wholeAt = (part: Part | undefined, blocks: number): Part | undefined =>
  part?.kind === 'exit' && part.blocks >= blocks ? undefined : part;

/** What the parts of a network weigh: its blocks and the sizes that a pass multiplies. */
export interface NetworkFacts {
  readonly blocks: number;
  readonly tokens: number;
  readonly d: number;
  readonly hidden: number;
  /** Numbers of a patch. */
  readonly per: number;
}

/**
 * The share of a whole pass that a part multiplies and adds, counted: what every pass begins and ends with, and the
 * blocks that run. A residual that is put back is added, not multiplied.
 */
export function workOf(part: Part | undefined, { blocks, tokens, d, hidden, per }: NetworkFacts): number {
  const ends = 2 * tokens * per * d + 8 * d * d;
  const block = tokens * (4 * d * d + 2 * d * hidden) + 2 * tokens * tokens * d;
  const run = part === undefined || part.kind === 'keep' ? blocks : Math.min(part.blocks, blocks);
  return (ends + run * block) / (ends + blocks * block);
}
