import type { SourceId } from './sources.ts';
import { butcher } from './text.ts';
import type { Method } from './types.ts';

/** A Butcher tableau for the slope in σ, log σ or flow time. */
export const rungeKutta = (title: string, source: SourceId, order: number, text: string, root = 0): Method => ({
  title,
  source,
  order,
  frame: 'free',
  noise: 'ancestral',
  tableau: () => butcher(text, root),
});
