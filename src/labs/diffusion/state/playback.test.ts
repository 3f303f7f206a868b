import { expect, test, vi } from 'vitest';
import { experimentStore } from './experimentStore.ts';
import { shownFrame, type Track } from './frames.ts';
import { play, standing } from './playback.ts';
import { viewStore } from './viewStore.ts';

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

test('played, the page hears of a position once a picture, not once a frame, and of the end', () => {
  let next: ((now: number) => void) | null = null;
  vi.stubGlobal('requestAnimationFrame', (work: (now: number) => void) => ((next = work), 1));
  vi.stubGlobal('cancelAnimationFrame', () => (next = null));
  const heard: (number | null)[] = [];
  const stop = viewStore.subscribe((now, before) => now.position !== before.position && heard.push(now.position));
  const began = performance.now();
  play();
  let frames = 0;
  for (; next !== null && frames < 1000; frames++) {
    const tick: (now: number) => void = next;
    next = null;
    tick(began + frames * 8);
  }
  stop();
  vi.unstubAllGlobals();
  expect(frames).toBeGreaterThan(250);
  const counts = experimentStore.getState().experiment.contenders.map((c) => c.steps);
  const positions = heard.slice(0, -1);
  // The start, then every other picture that any contender has before its last.
  const shares = new Set(counts.flatMap((n) => Array.from({ length: n - 1 }, (_, i) => ((i + 1) / n).toFixed(9))));
  expect(positions).toHaveLength(1 + shares.size);
  expect(new Set(positions.map((p) => standing(counts, p!))).size).toBe(positions.length);
  expect([heard.at(-1), viewStore.getState().playing]).toEqual([null, false]);
});
