import { expect, test } from 'vitest';
import { shownFrame, type Track } from './frames.ts';
import { standing } from './playback.ts';

const track = (steps: number): Track => ({
  run: 1,
  steps,
  difference: null,
  frames: Array.from({ length: steps + 1 }, (_, step) => ({
    step,
    sigma: steps - step,
    frame: { kind: 'points', data: new Float32Array(2) } as never,
  })),
});

test('a position is passed on exactly when a contender’s picture changes', () => {
  const counts = [12, 5];
  const tracks = counts.map(track);
  let changes = 0;
  let before: { readonly standing: string; readonly shown: string } | null = null;
  for (let i = 0; i < 600; i++) {
    const position = i / 600;
    const now = {
      standing: standing(counts, position),
      shown: tracks.map((t) => shownFrame(t, position)!.step).join(),
    };
    if (before) expect(now.standing !== before.standing, `at ${position}`).toBe(now.shown !== before.shown);
    if (before && now.standing !== before.standing) changes++;
    before = now;
  }
  // Eleven steps of the one and four of the other before the end; none of them coincide.
  expect(changes).toBe(15);
});
