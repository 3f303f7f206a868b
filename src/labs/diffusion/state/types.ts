// The types that the page draws, gathered here because ui/ may import only state/ and config/.
import type { RunProgress } from '../worker/protocol.ts';

export type {
  Cost,
  FitDone,
  FitProgress,
  Frame,
  Quality,
  RunProgress,
  SearchEvent,
  Spread,
  SweepPoint,
  SweepProgress,
} from '../worker/protocol.ts';
export type { DensityGrid } from '../../../engine/diffusion/exactDensity.ts';
export type { DeviceReport, Failure } from '../../../engine/worker/protocol.ts';

/** Origin of a trained model, with the artists whom its licence wants named. */
export type About = NonNullable<Extract<RunProgress, { kind: 'model' }>['about']>;
