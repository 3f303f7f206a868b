// The labs whose experiments run without a page.
import { diffusionLab } from './diffusionLab.ts';
import type { AnyRun, CliLab } from './lab.ts';
import { picturesLab } from './picturesLab.ts';

export const labs: readonly CliLab<AnyRun>[] = [diffusionLab, picturesLab];
