import type { Asked } from '../../core/role.ts';
import { blend } from '../../math/blend.ts';
import { guide } from '../../math/guide.ts';
import { measureMeans } from '../../math/means.ts';
import { pool } from '../../math/pool.ts';
import { batchFault } from '../../samplers/diffusion/registers.ts';
import type { Op, Reg, WeightedDraw } from '../../samplers/diffusion/types.ts';

/** D(x; σ) of whom is asked. */
export type Denoise = (x: Float64Array, sigma: number, asked?: Asked) => Float64Array;
/** Fills `out` with draw number `draw` of the run's keyed N(0, I). */
export type Normal = (draw: number, out: Float64Array<ArrayBuffer>) => void;

/** Float64 registers that execute plan instructions one by one: the reference for every other interpreter. */
export class CpuMachine {
  readonly #registers = new Map<Reg, Float64Array>();
  readonly #denoise: Denoise;
  readonly #normal: Normal;
  readonly #dim: number;

  /** `dim`: numbers of a sample; one sample unless given. */
  constructor(x0: Float64Array, denoise: Denoise, normal: Normal, dim: number = x0.length) {
    this.#registers.set('x', x0.slice());
    this.#denoise = denoise;
    this.#normal = normal;
    this.#dim = dim;
  }

  /** The register's values; throws when nothing was written to it. */
  read(reg: Reg): Float64Array {
    const value = this.#registers.get(reg);
    if (!value) throw new Error(`The plan reads register '${reg}' before anything was written to it.`);
    return value;
  }

  /** Fills a register from outside. */
  give(reg: Reg, values: Float64Array): void {
    this.#registers.set(reg, values);
  }

  /** What a measure comes to; null for every other instruction. */
  execute(op: Op): Float64Array | null {
    switch (op.op) {
      case 'eval':
        this.#registers.set(op.out, this.#denoise(this.read(op.x), op.sigma, op));
        break;
      case 'evalBatch': {
        const fault = batchFault(op.of);
        if (fault) throw new Error(fault);
        for (const e of op.of) this.#registers.set(e.out, this.#denoise(this.read(e.x), e.sigma, e));
        break;
      }
      case 'measure':
        return measureMeans(op.of, op.per, (reg) => this.read(reg), this.#dim);
      case 'guide':
        this.#registers.set(
          op.out,
          guide(this.read(op.a), this.read(op.b), this.#dim, op.by, this.read(op.onto ?? op.b)),
        );
        break;
      case 'blend':
        this.#registers.set(op.out, blend(this.read(op.by), this.read(op.a), this.read(op.b)));
        break;
      case 'pool':
        this.#registers.set(op.out, pool(this.read(op.x), op.height, op.width));
        break;
      case 'noise':
        this.#registers.set(op.out, this.#noise(op.draws));
        break;
      case 'lincomb': {
        const out = new Float64Array(this.read('x').length).fill(op.plus ?? 0);
        for (const [c, reg] of op.terms) {
          const v = this.read(reg);
          for (let i = 0; i < out.length; i++) out[i]! += c * v[i]!;
        }
        this.#registers.set(op.out, out);
        break;
      }
      case 'mark':
      case 'send':
        break;
      default:
        op satisfies never;
    }
    return null;
  }

  #noise(draws: readonly WeightedDraw[]): Float64Array {
    const n = this.read('x').length;
    const out = new Float64Array(n);
    const z = new Float64Array(n);
    for (const [weight, draw] of draws) {
      this.#normal(draw, z);
      for (let i = 0; i < n; i++) out[i]! += weight * z[i]!;
    }
    return out;
  }
}
