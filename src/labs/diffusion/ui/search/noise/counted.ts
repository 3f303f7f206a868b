import { compact } from '../../../../../frame/ui/format.ts';

/** A mean of counts: whole where all of them are alike. */
export const counted = (v: number): string => (Number.isInteger(v) ? String(v) : compact(v, 4));
