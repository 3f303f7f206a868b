// Sequences as their view has them: toy videos, and samplers that make them frame by frame. Its text is read by rowed.ts.
import { choiceField, numberField } from '../../../core/field.ts';
import { newContender } from '../../../samplers/contenders/contender.ts';
import type { Contender } from '../../../samplers/contenders/types.ts';
import { samplers, type SamplerId } from '../../../samplers/diffusion/index.ts';
import type { ModelShape, SigmaRange } from '../../../models/types.ts';
import { schedules } from '../../../schedules/index.ts';
import { newRow, type FieldTable, type RowedKind, type RowedRow } from './rowed.ts';

export const SCENE = 'scene';
export const MOVING = 'moving';
const models = [
  {
    id: SCENE,
    title: 'A scene under noise',
    summary:
      'Every frame is the same scene under fresh noise, number by number: the law of a whole rollout is known, and so is its distance to the truth.',
  },
  {
    id: MOVING,
    title: 'Moving digits',
    summary:
      'Twenty digits drift over a torus, each straight on. One frame tells digit and place, two tell the direction; the next frame’s denoiser is exact.',
  },
] as const;

/** What a frame is, and its levels. */
export const frameOf = (
  model: string,
): { readonly shape: Extract<ModelShape, { kind: 'image' }>; readonly range: SigmaRange; readonly scale: number } =>
  model === MOVING
    ? {
        shape: { kind: 'image', dim: 784, channels: 1, height: 28, width: 28 },
        range: { min: 0.02, max: 80 },
        scale: 1,
      }
    : {
        shape: { kind: 'image', dim: 64, channels: 1, height: 8, width: 8 },
        range: { min: 0.02, max: 20 },
        scale: 0.4,
      };

export const MOST_FRAMES = 32;
function fields(model: string): FieldTable {
  const moving = model === MOVING;
  return {
    frames: numberField({
      label: 'Frames',
      help: 'Frames of a video, sampled one after another.',
      default: moving ? 10 : 16,
      min: 2,
      max: MOST_FRAMES,
      integer: true,
    }),
    n: numberField({
      label: 'Videos',
      help: 'Videos side by side; of a scene each has 64 numbers, which the fitted covariance is of.',
      default: moving ? 6 : 32,
      min: 1,
      max: moving ? 16 : 256,
      integer: true,
    }),
    seed: numberField({
      label: 'Seed',
      help: 'All noise: of the same frame it is the same for all methods.',
      default: 0,
      min: 0,
      max: 0xffffffff,
      integer: true,
    }),
    noise: numberField({
      label: 'Frame noise r',
      help: 'Standard deviation of what each frame adds to what it shows.',
      default: moving ? 0.1 : 0.5,
      min: 0.02,
      max: 3,
      log: true,
    }),
  };
}

const SCHEDULES = ['karras', 'kl_optimal', 'exponential', 'uniform', 'flow_shift'] as const;
const rowFields = {
  w: numberField({
    label: 'frames given',
    help: 'The last frames of its own that each new one is told; 0 tells it none.',
    default: 4,
    min: 0,
    max: MOST_FRAMES - 1,
    integer: true,
  }),
  steps: numberField({
    label: 'steps',
    help: 'Steps for each frame.',
    default: 8,
    min: 1,
    max: 200,
    integer: true,
    log: true,
  }),
  schedule: choiceField({
    label: 'levels',
    help: 'The noise levels of each frame.',
    default: 'karras',
    options: SCHEDULES.map((id) => [id, schedules[id].title] as const),
  }),
  c: numberField({
    label: 'c',
    help: 'Deviation of the data that the levels are best for: of the scene’s next frame it is about .55.',
    default: 0.55,
    min: 0.05,
    max: 20,
    log: true,
  }),
};

/** The contender that samples each frame. */
export function contenderOf({ method, params }: RowedRow, steps = Number(params['steps'])): Contender {
  const schedule = params['schedule'] as (typeof SCHEDULES)[number];
  return newContender(method as SamplerId, steps, schedule, {}, schedule === 'kl_optimal' ? { c: params['c']! } : {});
}

export const sequenceKind: RowedKind = {
  title: 'Sequence',
  models,
  fields,
  methods: Object.keys(samplers),
  method: (id) => samplers[id as SamplerId],
  rowFields: () => rowFields,
  means: ({ params }, key) => key !== 'c' || params['schedule'] === 'kl_optimal',
  defaultRows(model) {
    const row = (w: number, steps: number, more = {}) => newRow(sequenceKind, model, 'euler', { w, steps, ...more });
    if (model === MOVING) return [row(1, 12), row(2, 12), row(2, 3)];
    const best = { schedule: 'kl_optimal' };
    return [row(1, 16, best), row(4, 16, best), row(15, 16, best), row(15, 4, best)];
  },
  mostRows: 6,
  figures: {
    kl: {
      title: 'KL to here',
      help: 'KL of the true law of all frames until here to that of the rollout, exactly, by number of a frame, in nats.',
      better: 'lower',
    },
    forgotten: {
      title: 'forgotten',
      help: 'What of it is due to frames that were not given: the memory bottleneck, in closed form.',
      better: 'lower',
    },
    degraded: {
      title: 'degraded',
      help: 'What of it is due to the sampler’s steps: the rest.',
      better: 'lower',
    },
    fitted: {
      title: 'KL, fitted',
      help: 'The same of the covariance fitted to the videos that were sampled; few videos make it larger, by (frames + 1)·frames/4 over their numbers on average.',
      better: 'lower',
    },
    straight: {
      title: 'straight on',
      help: 'Joint: share of steps, until here, that go on in the direction of the one before. No frame by itself shows it.',
      better: 'higher',
    },
    same: {
      title: 'same digit',
      help: 'Joint: share of steps from frame to frame, until here, at which the digit stays the same one.',
      better: 'higher',
    },
    off: {
      title: 'off a frame',
      help: 'Root mean square distance of a pixel to the nearest frame that there is, of this frame: the frame noise at best.',
      better: 'lower',
    },
  },
};
