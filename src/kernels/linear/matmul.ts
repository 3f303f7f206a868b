import lib from '../../../shaders/lib/matmul.wgsl?raw';
import matrixLib from '../../../shaders/lib/matrix.wgsl?raw';
import { needsOf } from '../../core/kernelVersions.ts';
import type { GpuContext } from '../../gpu/device.ts';
import {
  createKernel,
  type Grid,
  grid1d,
  type Kernel,
  type KernelSpec,
  type Resource,
  type Resources,
  type Source,
} from '../../gpu/kernel.ts';
import { choose } from '../choose.ts';

const naive = () => import('../../../shaders/linear/matmul.1.naive.wgsl?raw');
const tiled = () => import('../../../shaders/linear/matmul.2.tiled.wgsl?raw');
const registers = () => import('../../../shaders/linear/matmul.3.registers.wgsl?raw');
const subgroup = () => import('../../../shaders/linear/matmul.4.subgroup.wgsl?raw');
const quad = () => import('../../../shaders/linear/matmul.5.quad.wgsl?raw');
const tiles = () => import('../../../shaders/linear/matmul.6.tiles.wgsl?raw');
const octet = () => import('../../../shaders/linear/matmul.11.octet.wgsl?raw');
const matrix = () => import('../../../shaders/linear/matmul.10.matrix.wgsl?raw');

/** Fixed at compile time. */
export interface MatmulOptions {
  readonly activation?: 'none' | 'gelu' | 'silu';
  /** `add`: c += v. `gated`: c += gate[row / rowsPerGate]·v, as adaLN-zero does. */
  readonly residual?: 'none' | 'add' | 'gated';
  /** B as (n, k), which is how PyTorch stores a linear layer's weight; or (k, n). */
  readonly b?: 'nk' | 'kn';
  readonly weights?: 'f32' | 'f16';
}

/** Per dispatch. Strides, offsets and `at` are in elements; every field after k has the dense default. */
export interface MatmulArgs {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batch?: number;
  readonly aRow?: number;
  readonly bRow?: number;
  readonly cRow?: number;
  readonly aBatch?: number;
  readonly bBatch?: number;
  readonly cBatch?: number;
  readonly aAt?: number;
  readonly bAt?: number;
  readonly cAt?: number;
  readonly biasAt?: number;
  /** Scales the product before the bias. */
  readonly alpha?: number;
  readonly hasBias?: boolean;
  /** First element of the gate, its row stride, and how many rows of C share one gate row (tokens per sample). */
  readonly gate?: { readonly at: number; readonly row: number; readonly rowsPerGate: number };
}

export type MatmulBindings = { a: 'read'; b: 'read'; bias: 'read'; gate: 'read'; c: 'read_write' };
export type MatmulVersion = keyof typeof versions;
type Dense = Required<Omit<MatmulArgs, 'gate' | 'hasBias'>> & {
  readonly hasBias: boolean;
  readonly gate: NonNullable<MatmulArgs['gate']>;
};

const grid2d = (count: number, workgroup: number): readonly [number, number] => {
  const [x, y = 1] = grid1d(count, workgroup);
  return [x, y];
};
const source = (
  wgsl: Source,
  grid: (a: Dense) => Grid,
  consts: Readonly<Record<string, string>> = {},
  libs: readonly Source[] = [lib],
) => ({ wgsl, grid, consts, libs });
/** Outputs of a workgroup, of an invocation, and columns of k at a time; limits in the shader. */
const tile = (m: number, n: number, rows: 4 | 8, columns: 4 | 8, k: number) =>
  source(tiles, (a) => [Math.ceil(a.n / n), Math.ceil(a.m / m), a.batch], {
    TM: `${m}u`,
    TN: `${n}u`,
    RM: `${rows}u`,
    RN: `${columns}u`,
    BK: `${k}u`,
  });
export const versions = {
  '1.naive': source(naive, (a) => [Math.ceil(a.n / 16), Math.ceil(a.m / 4), a.batch]),
  '2.tiled': source(tiled, (a) => [Math.ceil(a.n / 64), Math.ceil(a.m / 64), a.batch]),
  '3.registers': source(registers, (a) => [...grid2d(Math.ceil(a.n / 8) * Math.ceil(a.m / 8), 32), a.batch]),
  '4.subgroup': source(subgroup, (a) => [Math.ceil(a.n / 256), Math.ceil(a.m / 8), a.batch]),
  '5.quad': source(quad, (a) => [...grid2d(Math.ceil(a.n / 16) * Math.ceil(a.m / 24), 8), a.batch]),
  '6.tiles': tile(64, 64, 8, 4, 16),
  '7.tiles32': tile(32, 32, 4, 4, 16),
  '8.tiles128x64': tile(128, 64, 8, 8, 16),
  '9.tiles128': tile(128, 128, 8, 8, 8),
  '10.matrix': source(matrix, (a) => [Math.ceil(a.n / 64), Math.ceil(a.m / 64), a.batch], {}, [lib, matrixLib]),
  '11.octet': source(octet, (a) => [...grid2d(Math.ceil(a.n / 32) * Math.ceil(a.m / 32), 4), a.batch]),
} as const;

export function dense(a: MatmulArgs, b: 'nk' | 'kn'): Dense {
  const aRow = a.aRow ?? a.k;
  const bRow = a.bRow ?? (b === 'nk' ? a.k : a.n);
  const cRow = a.cRow ?? a.n;
  return {
    batch: 1,
    aBatch: a.m * aRow,
    bBatch: (b === 'nk' ? a.n : a.k) * bRow,
    cBatch: a.m * cRow,
    aAt: 0,
    bAt: 0,
    cAt: 0,
    biasAt: 0,
    alpha: 1,
    hasBias: true,
    gate: { at: 0, row: 0, rowsPerGate: 1 },
    ...a,
    aRow,
    bRow,
    cRow,
  };
}

const anyShape: readonly MatmulVersion[] = ['1.naive', '3.registers', '5.quad'];
/** The versions with vec4 and vec2 loads need k, strides and offsets in multiples of 4. */
const readable = (version: MatmulVersion, d: Dense, b: 'nk' | 'kn') =>
  anyShape.includes(version) ||
  [d.k, d.aRow, d.bRow, d.aBatch, d.bBatch, d.aAt, d.bAt, b === 'kn' ? d.n : 0].every((v) => v % 4 === 0);

export const createMatmulVersion = (
  ctx: GpuContext,
  version: MatmulVersion,
  options: MatmulOptions = {},
): Promise<Kernel<MatmulBindings, MatmulArgs>> => createKernel(ctx, matmulSpec(version, options));

/** What is compiled for a version. */
export function matmulSpec(
  version: MatmulVersion,
  options: MatmulOptions = {},
): KernelSpec<MatmulBindings, MatmulArgs> {
  const { activation = 'none', residual = 'none', b = 'nk', weights = 'f32' } = options;
  const { wgsl, grid, consts, libs } = versions[version];
  const requires = needsOf('matmul', version);
  return {
    label: `matmul.${version}`,
    wgsl,
    libs,
    bindings: { a: 'read', b: 'read', bias: 'read', gate: 'read', c: 'read_write' },
    argBytes: 80,
    consts: {
      ...consts,
      ACTIVATION: `${['none', 'gelu', 'silu'].indexOf(activation)}u`,
      RESIDUAL: `${['none', 'add', 'gated'].indexOf(residual)}u`,
      B_KN: String(b === 'kn'),
      Weight: weights,
    },
    enables: weights === 'f16' ? ['f16'] : [],
    requires: weights === 'f16' ? [...requires, 'shader-f16'] : requires,
    pack(write, args: MatmulArgs) {
      const d = dense(args, b);
      if (!readable(version, d, b))
        throw new RangeError(`matmul.${version} needs k, strides and offsets in multiples of 4`);
      write.u32(
        d.m,
        d.n,
        d.k,
        d.batch,
        d.aRow,
        d.bRow,
        d.cRow,
        d.hasBias ? 1 : 0,
        d.aBatch,
        d.bBatch,
        d.cBatch,
        d.gate.row,
      );
      write.u32(d.aAt, d.bAt, d.cAt, d.gate.rowsPerGate, d.biasAt, d.gate.at).f32(d.alpha).u32(0);
    },
    grid: (args) => grid(dense(args, b)),
  };
}

export interface Matmul {
  readonly label: string;
  /** Without `bias` none is added; `gate` is needed by `residual: 'gated'` only. */
  call(
    resources: {
      readonly a: Resource;
      readonly b: Resource;
      readonly c: Resource;
      readonly bias?: Resource;
      readonly gate?: Resource;
    },
    args: MatmulArgs,
    ...slots: MatmulSlots
  ): ReturnType<Kernel<MatmulBindings, MatmulArgs>['call']>;
}
type MatmulSlots =
  Parameters<Kernel<MatmulBindings, MatmulArgs>['call']> extends [unknown, unknown, ...infer Rest] ? Rest : never;

/**
 * C = act(alpha·A·Bᵀ + bias), the best version for the device; shapes it cannot read (for tiles, k not a multiple of 4)
 * go to one that reads any. Reference: src/math/reference/linear.ts.
 */
export async function createMatmul(ctx: GpuContext, options: MatmulOptions = {}): Promise<Matmul> {
  const b = options.b ?? 'nk';
  const version = choose(ctx, 'matmul');
  const [fast, any] = await Promise.all([
    createMatmulVersion(ctx, version, options),
    createMatmulVersion(ctx, version === '11.octet' ? '5.quad' : '1.naive', options),
  ]);
  return {
    label: fast.label,
    call(resources, args, ...slots) {
      if (options.residual === 'gated' && !(resources.gate && args.gate))
        throw new Error('a gated matmul needs a gate');
      // An absent bias or gate is never read; any read-only buffer may stand in.
      const all: Resources<MatmulBindings> = {
        ...resources,
        bias: resources.bias ?? resources.b,
        gate: resources.gate ?? resources.b,
      };
      const full = { hasBias: resources.bias !== undefined, ...args };
      return (readable(version, dense(full, b), b) ? fast : any).call(all, full, ...slots);
    },
  };
}
