import type { Reproduction } from '../../../engine/diffusion/fingerprint.ts';
import type { DeviceRequests } from '../../../engine/worker/protocol.ts';
import type { VerifiedRequest } from '../../../engine/worker/verified.ts';
import type { Ends } from '../../../engine/worker/dispatch.ts';
import type { ModelRequests } from '../../../engine/modelRequests.ts';
import type { PictureModelId } from '../../../models/pictures.ts';
import type { FormatChoice, PicturesExperiment } from '../config/experiment.ts';
import type {
  LoadedPictures,
  LoadProgress,
  MeasuredChange,
  PicturesEvent,
  Pixels,
  SweepPoint,
} from '../engine/events.ts';
import type { GridEvent } from '../../../engine/grid.ts';
import type { Found } from '../../../experiments/search/search.ts';
import type { BestAsk, BestEvent, PictureSetting } from '../engine/best.ts';
import type { DecodedPicture } from '../engine/decode.ts';
import type { PicturesGridAsk } from '../engine/grid.ts';
import type { PicturesFit } from '../engine/fit.ts';

export type {
  LoadedPictures,
  MeasuredChange,
  LoadProgress,
  PairedErrors,
  PictureCost,
  PicturesEvent,
  Pixels,
  SweepPoint,
  TextRead,
} from '../engine/events.ts';
export type { BestAsk, BestEvent, PictureSetting } from '../engine/best.ts';
export type { PicturesFit } from '../engine/fit.ts';

export interface PicturesResult {
  readonly fingerprint: string;
  /** Present when the request carried a fingerprint. */
  readonly reproduction: Reproduction | null;
}

/** What the worker can be asked. */
export interface PicturesRequests
  extends
    DeviceRequests<{ readonly forceCpu: boolean }>,
    VerifiedRequest,
    ModelRequests<PictureModelId, FormatChoice, LoadedPictures, PicturesFit, LoadProgress> {
  /** `picture`: what the experiment starts from, in the size of its pictures; null for noise. */
  run: {
    in: {
      readonly experiment: PicturesExperiment;
      readonly fingerprint: string | null;
      readonly picture: Pixels | null;
    };
    progress: PicturesEvent;
    out: PicturesResult;
  };
  /** Paired errors over numbers of steps. */
  sweep: {
    in: { readonly experiment: PicturesExperiment; readonly picture: Pixels | null };
    progress:
      | { readonly kind: 'point'; readonly point: SweepPoint; readonly fraction: number }
      | { readonly kind: 'status'; readonly text: string; readonly fraction: number }
      | { readonly kind: 'passed'; readonly contender: number; readonly because: string }
      | Extract<PicturesEvent, { kind: 'dropped' }>
      | LoadProgress;
    out: { readonly points: number };
  };
  /** Steps of a run, by their latents, as the autoencoder decodes them. */
  decode: {
    in: { readonly experiment: PicturesExperiment; readonly steps: readonly Float32Array[] };
    progress: DecodedPicture | LoadProgress;
    out: Record<string, never>;
  };
  /** What the narrower weights of the model in use change; for after a run. Null where both do not fit side by side. */
  change: { in: { readonly experiment: PicturesExperiment }; progress: never; out: MeasuredChange };
  /** The best contender at a number of evaluations. `picture`: as in `run`. */
  best: {
    in: BestAsk & { readonly picture: Pixels | null };
    progress: BestEvent | LoadProgress;
    out: Found<PictureSetting>;
  };
  /** Cells of a grid, one after another. */
  grid: { in: PicturesGridAsk; progress: GridEvent | LoadProgress; out: { readonly cells: number } };
  unload: { in: Record<string, never>; progress: never; out: Record<string, never> };
}

/** A run ends older runs, sweeps, searches, grids and decodings, a sweep or a search ends what is older of its kind, a grid all but loads, a load all of them. */
export const newest: Ends<PicturesRequests> = {
  load: ['run', 'sweep', 'best', 'grid', 'load', 'change', 'decode'],
  run: ['run', 'sweep', 'best', 'grid', 'change', 'decode'],
  grid: ['run', 'sweep', 'best', 'grid', 'change', 'decode'],
  sweep: ['sweep', 'change'],
  best: ['best', 'change'],
  decode: ['decode', 'change'],
  change: ['change'],
  unload: ['run', 'sweep', 'best', 'grid', 'load', 'change', 'decode'],
  start: ['run', 'sweep', 'best', 'grid', 'load', 'change', 'decode'],
};
