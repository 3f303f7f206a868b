// For tests only: the bundled model on a device, and what a run of an experiment tells.
import { nodeContext } from '../../../gpu/testing.ts';
import type { GpuContext } from '../../../gpu/device.ts';
import type { ModelFiles } from '../../../hub/files.ts';
import { bundledFiles } from '../../../engine/pipeline/testing.ts';
import { newPictureContender } from '../config/contender.ts';
import { defaultPictures } from '../config/defaults.ts';
import type { PicturesExperiment } from '../config/experiment.ts';
import { Bench } from './bench.ts';
import type { PicturesEvent } from './events.ts';
import { loadPictureModel } from './modelInUse.ts';
import type { StartLatents } from './noise.ts';
import { runPictures } from './run.ts';

export const never = new AbortController().signal;
export const euler = (steps: number, guidance = 1) => newPictureContender('euler', steps, guidance);
export const dpm = (steps: number, guidance = 1) => newPictureContender('dpmpp_2m', steps, guidance);

/** Two pictures of two short contenders without guidance, and no reference. */
export const experiment = (more: Partial<PicturesExperiment> = {}): PicturesExperiment => ({
  ...defaultPictures(),
  count: 2,
  reference: 0,
  contenders: [euler(3), dpm(2)],
  ...more,
});

/** The bundled model on the device that all tests share, or on another one. Whoever makes it frees it. */
export async function benchOf(files: ModelFiles = bundledFiles(), ctx?: GpuContext) {
  const on = ctx ?? (await nodeContext());
  const made = await loadPictureModel(on, files, { format: 'f32', progress: () => undefined, signal: never });
  const bench = new Bench(on, made);
  return {
    bench,
    files,
    free() {
      bench.destroy();
      made.weights.destroy();
    },
  };
}

type Kind = PicturesEvent['kind'];
export type Of<K extends Kind> = Extract<PicturesEvent, { readonly kind: K }>;
export const of = <K extends Kind>(events: readonly PicturesEvent[], kind: K): Of<K>[] =>
  events.filter((event): event is Of<K> => event.kind === kind);

/** Runs an experiment to its end. */
export async function ran(
  bench: Bench,
  e: PicturesExperiment,
  {
    fingerprint = null,
    start = null,
    signal = never,
    onEvent = () => undefined,
  }: {
    readonly fingerprint?: string | null;
    readonly start?: StartLatents | null;
    readonly signal?: AbortSignal;
    readonly onEvent?: (event: PicturesEvent) => void;
  } = {},
) {
  const events: PicturesEvent[] = [];
  const out = await runPictures(
    bench,
    { experiment: e, fingerprint, start, remarks: [] },
    (event) => {
      events.push(event);
      onEvent(event);
    },
    signal,
  );
  return { ...out, events };
}

/** Pixels of a contender's pictures, one after the other. */
export const pixelsOf = (events: readonly PicturesEvent[], contender: number): number[] =>
  of(events, 'picture')
    .filter((event) => event.contender === contender)
    .sort((a, b) => a.sample - b.sample)
    .flatMap(({ pixels }) => [...pixels.rgba]);
