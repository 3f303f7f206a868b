import { compact } from '../../../../frame/ui/format.ts';

/** A distance, in as many digits as can be read. */
export const quantity = (v: number): string => (Number.isFinite(v) ? compact(v, 3) : '∞');
