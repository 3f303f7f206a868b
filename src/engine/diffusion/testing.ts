/** For tests only: the bundled models of this repository. */
import { weightsFrom } from './diskWeights.ts';

export const diskWeights = weightsFrom(new URL('../../../public/models/', import.meta.url));

export const never = new AbortController().signal;
