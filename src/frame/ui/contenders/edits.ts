import type { ParamValue } from '../../../core/field.ts';
import type { SamplerId, ScheduleId } from '../../config/samplerMenus.ts';

type Params = Readonly<Record<string, ParamValue>>;

/** What a reader may change of one contender's sampler and noise levels. */
export interface ContenderEdits {
  setSampler(id: SamplerId, params?: Params): void;
  setSchedule(id: ScheduleId | 'explicit', params?: Params): void;
  setSteps(steps: number): void;
  setParam(key: string, value: ParamValue): void;
  setScheduleParam(key: string, value: ParamValue): void;
  setSigmas(sigmas: readonly number[]): void;
}
