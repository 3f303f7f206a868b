import { isd } from './isd.ts';
import { sds } from './sds.ts';
import type { DistilMethod } from './types.ts';
import { vsd } from './vsd.ts';

/** The registry: one line per method. */
export const distilMethods = { sds, vsd, isd } as const satisfies Record<string, DistilMethod>;

export type DistilMethodId = keyof typeof distilMethods;
export const distilMethodIds = Object.keys(distilMethods) as readonly DistilMethodId[];
