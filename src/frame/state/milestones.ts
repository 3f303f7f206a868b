// When a thing first reached the screen, as marks on the page's own timeline: what `npm run measure -- start` reads.
const seen = new Set<string>();

/** Marks `name` once, in the frame after the one that drew it. Does nothing where there is no screen. */
export function milestone(name: 'first picture' | 'first token'): void {
  const frame = (globalThis as { requestAnimationFrame?: (then: () => void) => void }).requestAnimationFrame;
  if (seen.has(name) || !frame) return;
  seen.add(name);
  frame(() => frame(() => performance.mark(name)));
}
