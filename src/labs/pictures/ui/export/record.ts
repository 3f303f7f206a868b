// What files say of a run besides its pictures: its numbers, where it ran, and the texts that give it back.
import { formatPictures } from '../../config/codec.ts';
import { parametersText } from '../../config/a1111Write.ts';
import type { PicturesExport, PicturesRow } from '../../config/exports.ts';
import { toJson } from '../../config/exports.ts';
import type { PicturesExperiment } from '../../config/experiment.ts';
import { formatSource } from '../../config/model.ts';
import { levelsInForce, picturePlan, type PlanFor } from '../../engine/plan.ts';
import { PNG_KEYWORD } from '../../../../frame/config/restore.ts';
import type { Slot } from '../../../../frame/state/slots.ts';
import { deviceStore } from '../../state/connection.ts';
import { frames } from '../../state/frames.ts';
import { loadedStore } from '../../state/loadedStore.ts';
import { sizeOf } from '../../state/runner.ts';
import { runStore, type RunState } from '../../state/runStore.ts';
import { sweepStore } from '../../state/sweepStore.ts';
import type { LoadedPictures, PairedErrors } from '../../state/types.ts';
import { summaryOf } from '../figures.ts';

declare const __APP_VERSION__: string;

/** A run that has begun, and the model that it ran on where that is still the one in use. */
export interface Recorded {
  readonly experiment: PicturesExperiment;
  readonly run: RunState;
  readonly model: LoadedPictures | null;
  readonly context: PicturesExport;
}

/** What a contender has made and measured in this run; what an older one left is not of this experiment. */
export function madeBy(run: RunState, slot: Slot) {
  const track = frames.get(slot);
  const result = run.results[slot];
  return {
    pictures: track?.run === run.run ? track.pictures : [],
    result: result?.run === run.run ? result : null,
  };
}

const COMMIT = /^[0-9a-f]{40}$/;

/** The newest run; null before the first. */
export function recordOf(): Recorded | null {
  const run = runStore.getState();
  const { experiment, slots, fingerprint } = run;
  if (!experiment) return null;
  const { loaded } = loadedStore.getState();
  const name = formatSource(experiment.model);
  const model = loaded && formatSource(loaded.source) === name ? loaded : null;
  const made = slots.flatMap((slot) => madeBy(run, slot).pictures).find(Boolean);
  const { width, height } = made ?? sizeOf(experiment);
  const source = experiment.model;
  return {
    experiment,
    run,
    model,
    context: {
      adapter: deviceStore.getState().report?.name ?? 'unknown',
      version: __APP_VERSION__,
      // Of the run that the numbers are of, also when the controls have moved on.
      link: `${location.origin}${location.pathname}#${formatPictures(experiment, fingerprint)}`,
      width,
      height,
      model: {
        title: model?.title ?? name,
        revision: source.from === 'hub' && COMMIT.test(source.revision) ? source.revision : null,
        licence: model?.licence ?? null,
        format: model?.format ?? experiment.format,
      },
    },
  };
}

/** For levels, which are the same whatever a network predicts. */
const planFor = (model: LoadedPictures): PlanFor => ({
  schedulerBytes: model.schedulerBytes,
  ...(model.pipeline !== null && { pipeline: model.pipeline }),
  told: model.told,
  range: model.range,
  network: { ...model, skip: () => 0 },
});

/** The levels of each contender of a run; empty where it has none on this model, or the model has gone. */
export const levelsOf = ({ experiment: e, model }: Recorded): readonly (readonly number[])[] =>
  e.contenders.map((c) => {
    const found =
      model && levelsInForce(c, planFor(model), { conventions: e.conventions, from: e.start?.sigma ?? null });
    return found && 'sigmas' in found ? found.sigmas : [];
  });

function errorOf(errors: PairedErrors | null): PicturesRow['error'] {
  if (!errors) return null;
  const { mean, half } = summaryOf(errors);
  return { mean, low: half === null ? null : mean - half, high: half === null ? null : mean + half };
}

/** The run's own results first, then every point of the sweep that is of the same experiment. */
export function rowsOf({ experiment: e, run, model }: Recorded): readonly PicturesRow[] {
  const plan = model && planFor(model);
  const sigmas = (contender: number, steps: number): readonly number[] =>
    plan
      ? picturePlan(e.contenders[contender]!, plan, {
          conventions: e.conventions,
          steps,
          from: e.start?.sigma ?? null,
        }).sigmas
      : [];
  const own = run.slots.flatMap((slot, contender): PicturesRow[] => {
    const { result } = madeBy(run, slot);
    if (!result) return [];
    const { nfe, passes, gpuMs, wallMs } = result.cost;
    const { steps } = e.contenders[contender]!;
    const cost = { nfe, passes, gpuMs, wallMs };
    return [
      { of: 'this run', contender, steps, sigmas: sigmas(contender, steps), ...cost, error: errorOf(result.errors) },
    ];
  });
  const { points, stale } = sweepStore.getState();
  const swept = (stale ? [] : points).flatMap(({ slot, steps, nfe, passes, wallMs, errors }): PicturesRow[] => {
    const contender = run.slots.indexOf(slot);
    if (contender < 0) return [];
    const cost = { nfe, passes, gpuMs: null, wallMs };
    return [{ of: 'sweep', contender, steps, sigmas: sigmas(contender, steps), ...cost, error: errorOf(errors) }];
  });
  return [...own, ...swept];
}

/** One of the pictures of a run. */
export interface Which {
  readonly contender: number;
  readonly picture: number;
}

/**
 * The texts of a picture file: this page's own record, and the settings as A1111 writes them, of the picture that is
 * named or else of the first that has such a text.
 */
export function textsOf(record: Recorded, only?: Which): Readonly<{ [keyword: string]: string }> {
  const { experiment: e, context } = record;
  const written = e.contenders.flatMap((c, contender) => {
    if (only && only.contender !== contender) return [];
    const { width, height, model, version } = context;
    const made = parametersText(e, c, { picture: only?.picture ?? 0, width, height, model: model.title, version });
    return 'text' in made ? [made.text] : [];
  });
  const shown = only && { contender: only.contender + 1, picture: only.picture + 1 };
  return {
    [PNG_KEYWORD]: toJson(e, rowsOf(record), context, shown),
    ...(written[0] !== undefined && { parameters: written[0] }),
  };
}
