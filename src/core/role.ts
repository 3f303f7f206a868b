import type { Part } from './part.ts';

/**
 * Which denoiser answers an evaluation. `main` is the model as the reader set it, guidance inside; `class` is told each
 * sample's class, `null` none, `negative` a class to keep away from, and `weak` is a weaker model told the classes.
 * Of a task, `source` is told the class that was given, `target` the one that is wanted, and `posterior` knows what was
 * measured.
 */
export const ROLES = ['main', 'class', 'null', 'negative', 'weak', 'source', 'target', 'posterior'] as const;
export type Role = (typeof ROLES)[number];

/** The roles that are told a class by the evaluation itself. */
const LABELLED: readonly Role[] = ['negative', 'source', 'target'];

/** Whom an evaluation asks: `main` unless said. */
export interface Asked {
  readonly role?: Role;
  /** The class that a role of `LABELLED` stands for; of `source` and `target` −1 is none. */
  readonly label?: number;
  /** Less than a whole pass of the network: all of it unless said. */
  readonly part?: Part;
}

/** What tells those who are asked apart. */
export const askedKey = ({ role = 'main', label = -1 }: Asked): string =>
  LABELLED.includes(role) ? `${role} ${label}` : role;
