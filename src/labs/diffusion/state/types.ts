// The types that the page draws, gathered here because ui/ may import only state/ and config/.
export type { AnyField, BooleanField, ChoiceField, NumberField, ParamValue, TextField } from '../../../core/field.ts';
import type { RunProgress } from '../worker/protocol.ts';

export type {
  Cost,
  DeviceReport,
  Failure,
  Frame,
  Quality,
  RunProgress,
  SweepPoint,
  SweepProgress,
} from '../worker/protocol.ts';

/** Origin of a trained model, with the artists whom its licence wants named. */
export type About = NonNullable<Extract<RunProgress, { kind: 'model' }>['about']>;

/** A colour and marker that a contender keeps while it lives: 0…7; the reference solution is −1. */
export type Slot = number;
export const REFERENCE: Slot = -1;
