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
