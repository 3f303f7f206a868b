// Tokens come faster than pictures: they are gathered and handed on once a frame.
export interface Batch<T> {
  push(item: T): void;
  /** Hands on what is waiting now. */ flush(): void;
  /** Forgets what is waiting. */ drop(): void;
}

/** A hidden page has no frames; there a slow clock does. */
const nextFrame = (work: () => void): void =>
  void (document.hidden ? setTimeout(work, 250) : requestAnimationFrame(work));

export function createBatch<T>(
  take: (items: readonly T[]) => void,
  schedule: (work: () => void) => void = nextFrame,
): Batch<T> {
  let waiting: T[] = [];
  let planned = false;
  const flush = () => {
    planned = false;
    if (waiting.length === 0) return;
    const items = waiting;
    waiting = [];
    take(items);
  };
  return {
    push(item) {
      waiting.push(item);
      if (planned) return;
      planned = true;
      schedule(flush);
    },
    flush,
    drop: () => void (waiting = []),
  };
}

/**
 * Drawing what comes in competes with the work itself for a small processor. The first is drawn at once; every group after
 * it waits twice as long as the one before: the more there are, the less a few of them change.
 */
const FLUSH_MS = { second: 300, most: 2000 } as const;
/** How long a group waits after one that waited so long. */
export const nextFlush = (ms: number): number => Math.min(FLUSH_MS.most, Math.max(FLUSH_MS.second, 2 * ms));
