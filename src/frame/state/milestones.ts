// When a thing first reached the screen, as marks on the page's own timeline: what `npm run measure -- start` reads.
const seen = new Set<string>();

type Milestone = 'first picture' | 'first token';
const drawn = new Set<Milestone>();
const waiting = new Map<Milestone, (() => void)[]>();

/** Resolves when a milestone is on the screen, or after so many milliseconds: it may never come. */
export const after = (name: Milestone, most: number): Promise<void> =>
  new Promise((resolve) => {
    if (drawn.has(name)) return resolve();
    waiting.set(name, [...(waiting.get(name) ?? []), resolve]);
    setTimeout(resolve, most);
  });

/** Marks `name` once, in the frame after the one that drew it. Does nothing where there is no screen. */
export function milestone(name: Milestone): void {
  const frame = (globalThis as { requestAnimationFrame?: (then: () => void) => void }).requestAnimationFrame;
  if (seen.has(name) || !frame) return;
  seen.add(name);
  frame(() =>
    frame(() => {
      performance.mark(name);
      for (const then of waiting.get(name) ?? []) then();
      waiting.delete(name);
      drawn.add(name);
    }),
  );
}
