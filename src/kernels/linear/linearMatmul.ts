import activations from '../../../shaders/lib/activations.wgsl?raw';
import linear from '../../../shaders/lib/linear.wgsl?raw';
import rows1 from '../../../shaders/lib/rows.1.wgsl?raw';
import { needsOf } from '../../core/kernelVersions.ts';
import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d, type Grid, type Source } from '../../gpu/kernel.ts';
import type { MatrixFormat } from '../../core/weightFormat.ts';
import { choose } from '../choose.ts';
import {
  type LinearOwn,
  linearConsts,
  type LinearOptions,
  linearPart,
  type Linear,
  linearCalls,
} from './linearShared.ts';
import { weightBindings, weightSources } from './weightMatrix.ts';

const naive = () => import('../../../shaders/linear/linear_matmul.1.naive.wgsl?raw');
const tiled = () => import('../../../shaders/linear/linear_matmul.2.tiled.wgsl?raw');
const registers = () => import('../../../shaders/linear/linear_matmul.3.registers.wgsl?raw');
const quad = () => import('../../../shaders/linear/linear_matmul.4.quad.wgsl?raw');
const octet = () => import('../../../shaders/linear/linear_matmul.5.octet.wgsl?raw');

const source = (wgsl: Source, grid: (n: number, rows: number) => Grid) => ({ wgsl, grid });
export const versions = {
  '1.naive': source(naive, (n, rows) => [Math.ceil(n / 16), Math.ceil(rows / 4)]),
  '2.tiled': source(tiled, (n, rows) => [Math.ceil(n / 64), Math.ceil(rows / 64)]),
  '3.registers': source(registers, (n, rows) => grid1d(Math.ceil(n / 8) * Math.ceil(rows / 8), 32)),
  '4.quad': source(quad, (n, rows) => grid1d(Math.ceil(n / 16) * Math.ceil(rows / 16), 8)),
  '5.octet': source(octet, (n, rows) => grid1d(Math.ceil(n / 32) * Math.ceil(rows / 32), 4)),
} as const;
export type LinearMatmulVersion = keyof typeof versions;
export interface LinearMatmulOptions extends LinearOptions {
  readonly format: MatrixFormat;
  readonly version?: LinearMatmulVersion;
}

/** y[r] = act(W·x[r] + bias) for any number of rows. Reference: src/math/reference/linear.ts. */
export async function createLinearMatmul(ctx: GpuContext, options: LinearMatmulOptions): Promise<Linear> {
  const { format } = options;
  const version = options.version ?? choose(ctx, 'linear_matmul');
  const label = `linear_matmul.${version}`;
  const { wgsl, grid } = versions[version];
  const kernel = await createKernel(ctx, {
    label,
    wgsl,
    requires: needsOf('linear_matmul', version),
    libs: [...weightSources(format), rows1, linear, activations],
    bindings: { ...weightBindings, ...linearPart.bindings },
    argBytes: 16 + linearPart.argBytes,
    consts: linearConsts(options),
    pack(write, a: LinearOwn) {
      const { rows, cols, xAt = 0, xRow = cols } = a;
      if (xAt % 4 !== 0 || xRow % 4 !== 0)
        throw new RangeError(`${label}: x starts at ${xAt} with rows of ${xRow}; both must be multiples of 4`);
      write.u32(cols / 8, rows, xAt / 4, xRow / 4);
      linearPart.pack(write, a);
    },
    grid: (a) => grid(a.n, a.rows),
  });
  return linearCalls(label, format, (resources, args, slots) => kernel.call(resources, args, slots));
}
