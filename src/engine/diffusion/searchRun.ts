// Carries out what a search asks for: runs in float64 or on a device, scores by a verifier, and every evaluation counted, start
// by start.
import { throwIfCancelled } from '../../core/cancel.ts';
import { normals } from '../../math/normal.ts';
import type { NetworkFacts } from '../../core/part.ts';
import { depthOf, nfe, workOfPlan } from '../../samplers/diffusion/counting.ts';
import type { Op, Reg } from '../../samplers/diffusion/types.ts';
import { candidateSeed } from '../../search/candidates.ts';
import type { Answer, Ask, Searching, States } from '../../search/types.ts';
import { CpuMachine, type Denoise } from './cpu.ts';
import type { Problem } from './problem.ts';

/** Where runs of all starts are carried out. */
export interface Carrier {
  readonly samples: number;
  readonly dim: number;
  /** Passes that an evaluation of `main` takes, and the blocks of the network; of a closed form one, and none. */
  readonly passes: number;
  readonly network: NetworkFacts | null;
  /** The wanted registers of each after runs of the same instructions, all of them given the same registers, or none. */
  run(ops: readonly Op[], of: readonly Started[], wanted: readonly Reg[]): Promise<Record<Reg, States>[]>;
}
/** Whose noise a run draws; without given registers it begins at that seed's start. */
export interface Started {
  readonly seed: number;
  readonly given?: Readonly<Record<Reg, States>>;
}

/** A problem on any device, whose samples are as many copies of the starts as its key says; states cross as float32. */
export function carrierOf(problem: Problem, signal: AbortSignal): Carrier {
  const { card, copies = 1 } = problem.key;
  const samples = problem.key.samples / copies;
  const each = samples * card.shape.dim;
  /** Registers side by side; where there are fewer runs than copies the last is run again, and thrown away. */
  const joined = (of: readonly Started[]) => {
    const out: Record<Reg, Float32Array<ArrayBuffer>> = {};
    for (const reg of Object.keys(of[0]!.given ?? {})) {
      out[reg] = new Float32Array(each * copies);
      for (let c = 0; c < copies; c++) out[reg].set(of[Math.min(c, of.length - 1)]!.given![reg]!, c * each);
    }
    return out;
  };
  async function together(ops: readonly Op[], of: readonly Started[], wanted: readonly Reg[]) {
    const seeds = Array.from({ length: copies }, (_, c) => of[Math.min(c, of.length - 1)]!.seed);
    const given = of[0]!.given && joined(of);
    const done = await problem.run(ops, { seed: seeds[0]!, seeds, signal, ...(given && { given }) });
    const read = (reg: Reg) => done.given?.[reg] ?? (reg === 'x' ? done.x : unknown(reg));
    return of.map((_, c) =>
      Object.fromEntries(wanted.map((reg) => [reg, Float64Array.from(read(reg).subarray(c * each, (c + 1) * each))])),
    );
  }
  return {
    samples,
    dim: card.shape.dim,
    passes: problem.passes,
    network: card.network ?? null,
    async run(ops, of, wanted) {
      const out: Record<Reg, States>[] = [];
      for (let from = 0; from < of.length; from += copies)
        out.push(...(await together(ops, of.slice(from, from + copies), wanted)));
      return out;
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
    passes: 1,
    network: null,
    // One after another, which is what a batch of them must come to.
    run: async (ops, of, wanted) => of.map((one) => alone(ops, one, wanted)),
  };

  function alone(ops: readonly Op[], { seed, given }: Started, wanted: readonly Reg[]): Record<Reg, States> {
    const first = ops.find((op) => op.op === 'mark');
    const top = first?.op === 'mark' ? first.sigma : 1;
    const x0 = given?.x ?? normals(seed, 0, samples, dim).map((z) => z * top);
    const machine = new CpuMachine(x0, denoise, (draw, out) => void normals(seed, draw, samples, dim, out), dim);
    for (const [reg, values] of Object.entries(given ?? {})) machine.give(reg, values);
    for (const op of ops) machine.execute(op);
    return Object.fromEntries(wanted.map((reg) => [reg, machine.read(reg).slice()]));
  }
}

/** What each start has spent, counted from the instructions that ran. */
export interface SearchCost {
  readonly evaluations: Float64Array;
  /** The longest chain of evaluations that wait for each other, and for the verifier. */
  readonly depth: Float64Array;
  /** The evaluations in whole passes of the network: of parts their share, of guided ones two. */
  readonly work: Float64Array;
  readonly verified: Float64Array;
}

/** Runs that wait for nothing but each other's end lie side by side: of such a row the longest counts. */
class Counter {
  readonly evaluations: Float64Array;
  readonly verified: Float64Array;
  readonly #work: Float64Array;
  readonly #depth: Float64Array;
  readonly #row: Float64Array;

  readonly #carrier: Carrier;

  constructor(carrier: Carrier) {
    const { samples } = carrier;
    this.#carrier = carrier;
    this.#work = new Float64Array(samples);
    this.evaluations = new Float64Array(samples);
    this.verified = new Float64Array(samples);
    this.#depth = new Float64Array(samples);
    this.#row = new Float64Array(samples);
  }

  run({ ops, of, rows, beside = false }: Extract<Ask, { kind: 'run' }>): void {
    const { passes, network } = this.#carrier;
    const [each, work, deep] = [nfe(ops), workOfPlan(ops, passes, network), depthOf(ops)];
    for (let i = 0; i < this.#row.length; i++) {
      if (rows && !rows[i]) continue;
      this.evaluations[i]! += of.length * each;
      this.#work[i]! += of.length * work;
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
    const { evaluations, verified } = this;
    return { evaluations: evaluations.slice(), depth, work: this.#work.slice(), verified: verified.slice() };
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
  const counter = new Counter(carrier);
  let best: Answer | null = null;
  let next = searching.next({});
  while (!next.done) {
    const ask = next.value;
    throwIfCancelled(signal);
    // What it has to say costs nothing, and is heard first.
    if (ask.kind !== 'best' && stopped()) return best && { ...best, cost: counter.cost(), stopped: true };
    switch (ask.kind) {
      case 'run': {
        const of = ask.of.map(({ candidate, given }) => ({
          seed: candidateSeed(seed, candidate),
          ...(given && { given }),
        }));
        const registers = await carrier.run(ask.ops, of, ask.wanted);
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
