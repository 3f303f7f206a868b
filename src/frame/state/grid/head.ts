// The head of a grid's results: what they are of. The command line writes the same for the same link.
import type { DeviceReport } from '../../../engine/worker/protocol.ts';
import { headOf, type GridHead } from '../../../experiments/grid/records.ts';
import type { GridSpec } from '../../../experiments/grid/types.ts';
import { PROCESSOR, type GridKind } from '../../config/grid.ts';

/** What computes here, as results name it. */
export const deviceName = ({ backend, name }: Pick<DeviceReport, 'backend' | 'name'>): string =>
  backend === 'cpu' ? PROCESSOR : name;

export const gridHead = <Run>(
  kind: Pick<GridKind<Run>, 'link' | 'metrics'>,
  base: Run,
  spec: GridSpec,
  device: string,
): GridHead => headOf(spec, kind.link(base), kind.metrics(base, spec), device);
