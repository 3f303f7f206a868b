import type { Part } from './part.ts';

/**
 * Which denoiser answers an evaluation. `main` is the model as the reader set it, guidance inside; `class` is told each
 * sample's class, `null` none, `negative` a class to keep away from, and `weak` is a weaker model told the classes.
 */
export const ROLES = ['main', 'class', 'null', 'negative', 'weak'] as const;
export type Role = (typeof ROLES)[number];

/** Whom an evaluation asks: `main` unless said. */
export interface Asked {
  readonly role?: Role;
  /** The class that `negative` stands for. */
  readonly label?: number;
  /** Less than a whole pass of the network: all of it unless said. */
  readonly part?: Part;
}

/** What tells those who are asked apart. */
export const askedKey = ({ role = 'main', label = -1 }: Asked): string =>
  role === 'negative' ? `${role} ${label}` : role;
