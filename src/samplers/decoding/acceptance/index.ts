import { bestKnown } from './bestKnown.ts';
import { canonical } from './canonical.ts';
import { kSeq } from './kSeq.ts';
import { ordered } from './ordered.ts';
import { recursive, recursiveWithout } from './recursive.ts';
import { topPlusOne } from './topPlusOne.ts';
import type { AcceptanceRule } from './types.ts';

export type { AcceptanceRule, DraftLaw, Weighed } from './types.ts';

/** The registry: one line per rule. Menus, links and tests iterate it. */
export const acceptanceRules = {
  best_known: bestKnown,
  ordered,
  canonical,
  k_seq: kSeq,
  recursive,
  recursive_without: recursiveWithout,
  top_plus_one: topPlusOne,
} as const satisfies Record<string, AcceptanceRule>;

export type AcceptanceRuleId = keyof typeof acceptanceRules;
