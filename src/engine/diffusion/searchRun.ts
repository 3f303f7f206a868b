// Carries out what a search asks for: runs in float64 or on a device, scores by a verifier, and every evaluation counted, start
// by start.
import { throwIfCancelled } from '../../core/cancel.ts';
import { normals } from '../../math/normal.ts';
import { depthOf, nfe } from '../../samplers/diffusion/counting.ts';
import type { Op, Reg } from '../../samplers/diffusion/types.ts';
import { candidateSeed } from '../../search/candidates.ts';
import type { Answer, Ask, Searching, States } from '../../search/types.ts';
import { CpuMachine, type Denoise } from './cpu.ts';
import type { Problem } from './problem.ts';

/** Where runs of all starts are carried out. */
export interface Carrier {
  readonly samples: number;
  readonly dim: number;
  /** The wanted registers after a run with the noise of a seed; without given ones it begins at that seed's start. */
  run(
    ops: readonly Op[],
    seed: number,
    given: Readonly<Record<Reg, States>> | null,
    wanted: readonly Reg[],
  ): Promise<Record<Reg, States>>;
}

/** A problem on any device; states cross as float32. */
export function carrierOf(problem: Problem, signal: AbortSignal): Carrier {
  const { samples, card } = problem.key;
  return {
    samples,
    dim: card.shape.dim,
    async run(ops, seed, given, wanted) {
      const registers = Object.entries(given ?? {}).map(([reg, v]) => [reg, Float32Array.from(v)] as const);
      const done = await problem.run(ops, { seed, signal, ...(given && { given: Object.fromEntries(registers) }) });
      const read = (reg: Reg) => done.given?.[reg] ?? (reg === 'x' ? done.x : unknown(reg));
      return Object.fromEntries(wanted.map((reg) => [reg, Float64Array.from(read(reg))]));
    },
  };
}
const unknown = (reg: Reg): never => {
  throw new Error(`Register '${reg}' comes back only where it was given.`);
};

/** Float64 from end to end: the reference. */
export function exactCarrier(denoise: Denoise, samples: number, dim: number): Carrier {
  return {
    samples,
    dim,
    async run(ops, seed, given, wanted) {
      const first = ops.find((op) => op.op === 'mark');
      const top = first?.op === 'mark' ? first.sigma : 1;
      const x0 = given?.x ?? normals(seed, 0, samples, dim).map((z) => z * top);
      const machine = new CpuMachine(x0, denoise, (draw, out) => void normals(seed, draw, samples, dim, out), dim);
      for (const [reg, values] of Object.entries(given ?? {})) machine.give(reg, values);
      for (const op of ops) machine.execute(op);
      return Object.fromEntries(wanted.map((reg) => [reg, machine.read(reg).slice()]));
    },
  };
}

/** What each start has spent, counted from the instructions that ran. */
export interface SearchCost {
  readonly evaluations: Float64Array;
  /** The longest chain of evaluations that wait for each other, and for the verifier. */
  readonly depth: Float64Array;
  readonly verified: Float64Array;
}

/** Runs that wait for nothing but each other's end lie side by side: of such a row the longest counts. */
class Counter {
  readonly evaluations: Float64Array;
  readonly verified: Float64Array;
  readonly #depth: Float64Array;
  readonly #row: Float64Array;

  constructor(samples: number) {
    this.evaluations = new Float64Array(samples);
    this.verified = new Float64Array(samples);
    this.#depth = new Float64Array(samples);
    this.#row = new Float64Array(samples);
  }

  run({ ops, rows, beside = false }: Extract<Ask, { kind: 'run' }>): void {
    const [each, deep] = [nfe(ops), depthOf(ops)];
    for (let i = 0; i < this.#row.length; i++) {
      if (rows && !rows[i]) continue;
      this.evaluations[i]! += each;
      if (beside) this.#row[i] = Math.max(this.#row[i]!, deep);
      else {
        this.#depth[i]! += this.#row[i]!;
        this.#row[i] = deep;
      }
    }
  }

  score({ rows }: Extract<Ask, { kind: 'score' }>): void {
    for (let i = 0; i < this.verified.length; i++) if (!rows || rows[i]) this.verified[i]!++;
  }

  cost(): SearchCost {
    const depth = this.#depth.map((v, i) => v + this.#row[i]!);
    return { evaluations: this.evaluations.slice(), depth, verified: this.verified.slice() };
  }
}

export interface Searched extends Answer {
  readonly cost: SearchCost;
  /** Whether it was ended before, and this is the best by then. */
  readonly stopped: boolean;
}

export interface SearchRun {
  readonly carrier: Carrier;
  readonly seed: number;
  /** A number for each start. */
  score(x: States): Float64Array | Promise<Float64Array>;
  readonly signal: AbortSignal;
  /** Whether the reader wants what there is by now. */
  stopped?(): boolean;
  /** Evaluations of a start so far, on average, after every ask. */
  progress?(spent: number): void | Promise<void>;
}

/** Null where it was stopped before there was any answer. */
export async function runNoiseSearch(
  searching: Searching,
  { carrier, seed, score, signal, stopped = () => false, progress }: SearchRun,
): Promise<Searched | null> {
  const counter = new Counter(carrier.samples);
  let best: Answer | null = null;
  let next = searching.next({});
  while (!next.done) {
    const ask = next.value;
    throwIfCancelled(signal);
    // What it has to say costs nothing, and is heard first.
    if (ask.kind !== 'best' && stopped()) return best && { ...best, cost: counter.cost(), stopped: true };
    switch (ask.kind) {
      case 'run': {
        const { ops, given = null, wanted, candidate } = ask;
        const registers = await carrier.run(ops, candidateSeed(seed, candidate), given, wanted);
        counter.run(ask);
        next = searching.next({ registers });
        break;
      }
      case 'score':
        counter.score(ask);
        next = searching.next({ scores: await score(ask.x) });
        break;
      case 'best':
        best = { x: ask.x.slice(), scores: ask.scores.slice() };
        next = searching.next({});
        break;
      default:
        ask satisfies never;
    }
    await progress?.(counter.evaluations.reduce((a, b) => a + b, 0) / carrier.samples);
  }
  return { ...next.value, cost: counter.cost(), stopped: false };
}
