// The head of a grid's results: what they are of. The command line writes the same for the same link.
import type { DeviceReport } from '../../../engine/worker/protocol.ts';
import { headOf, type GridHead } from '../../../experiments/grid/records.ts';
import type { GridSpec } from '../../../experiments/grid/types.ts';
import { formatExperiment } from '../config/codec.ts';
import type { CellRun } from '../config/gridAxes.ts';
import { gridMetrics, PROCESSOR } from '../config/gridMetrics.ts';

/** The experiment on which cells set their values, as a link. */
export const baseLink = ({ experiment, contender }: CellRun): string =>
  formatExperiment({ ...experiment, contenders: [contender] });

/** What computes here, as results name it. */
export const deviceName = ({ backend, name }: Pick<DeviceReport, 'backend' | 'name'>): string =>
  backend === 'cpu' ? PROCESSOR : name;

export const gridHead = (base: CellRun, spec: GridSpec, device: string): GridHead =>
  headOf(spec, baseLink(base), gridMetrics(base, spec), device);
