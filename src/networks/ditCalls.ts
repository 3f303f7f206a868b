// A pass of the transformer as calls, which parts of it leave out or replace.
import type { Asked } from '../core/role.ts';
import type { Call } from '../gpu/kernel.ts';
import type { UniformSlots } from '../gpu/slots.ts';

/** The calls of a whole pass of a chunk, in order. */
export interface PassCalls {
  readonly start: readonly Call[];
  readonly blocks: readonly BlockCalls[];
  /** The final norm, and the head. */
  readonly end: readonly Call[];
}
export interface BlockCalls {
  /** Up to queries, keys and values. */
  readonly before: readonly Call[];
  readonly attention: Call;
  readonly after: readonly Call[];
}
export const through = (blocks: readonly BlockCalls[]): readonly Call[] =>
  blocks.flatMap(({ before, attention, after }) => [...before, attention, ...after]);
export const wholePass = ({ start, blocks, end }: PassCalls): readonly Call[] => [...start, ...through(blocks), ...end];

/** Buffers of a pass that parts read and write. */
export interface PassBuffers {
  /** The residual stream. */
  readonly h: GPUBuffer;
  /** Where the head writes. */
  readonly patches: GPUBuffer;
  /** A block's queries, keys and values, and what its attention gives. */
  readonly qkv: GPUBuffer;
  readonly y: GPUBuffer;
}
export interface Sizes {
  readonly depth: number;
  readonly tokens: number;
  /** Tokens of a row of the picture. */
  readonly across: number;
  readonly d: number;
  readonly heads: number;
  readonly per: number;
  readonly samples: number;
  /** Rows of a sample that `main` takes: two with guidance. */
  readonly copies: number;
}
/** A chunk's place in one evaluation: its first sample, how many, and rows of each. */
export interface Rows {
  readonly first: number;
  readonly count: number;
  readonly copies: number;
}

/** One attention of a block: how many passes of this kind there were before it, who sees whom, and where all lies. */
export interface Attending extends Rows {
  readonly block: number;
  readonly pass: number;
  readonly seen: GPUBuffer;
  readonly buffers: PassBuffers;
  readonly slots: UniformSlots;
}

/** Rows of a sample that whoever is asked takes. */
export const copiesOf = ({ role = 'main' }: Asked, { copies }: Sizes) => (role === 'main' ? copies : 1);
