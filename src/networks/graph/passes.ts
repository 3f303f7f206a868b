import type { GpuContext } from '../../gpu/device.ts';
import type { Call } from '../../gpu/kernel.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import type { GraphModel, GraphRows, GraphTexts } from '../../models/diffusers/types.ts';
import { sizeOf, type Graph } from '../../models/graph/types.ts';
import type { Holdings } from '../holdings.ts';
import type { TransformerWeights } from '../transformerWeights.ts';
import type { Copies } from './denoiserTypes.ts';
import { networkKernels } from './kernels.ts';
import { lower } from './lower.ts';
import { bindingLimit, createGraphRuns, slotsFor, type GraphRun } from './runner.ts';
import { mostWhole } from './strips.ts';
import { cutAt } from './work.ts';

/** Samples first … first + count − 1 pass through the network together. */
export interface Chunk {
  readonly first: number;
  readonly count: number;
}

/** A network for so many samples, alone or with a copy of each without its condition. */
export interface Pass {
  readonly copies: 1 | 2;
  /** Of a run alone: the text that it reads. */
  readonly text: keyof GraphTexts;
  readonly run: GraphRun;
  readonly graph: Graph;
  /** Ends of the pieces of its calls. */
  readonly ends: (most: number) => readonly number[];
  readonly work: number;
}
/** Samples of an evaluation that pass together: what comes before the network, the network, and what comes after. */
export interface Part {
  readonly pass: Pass;
  readonly before: readonly Call[];
  readonly after: readonly Call[];
}
export interface Passes {
  of(copies: 1 | 2, count: number, text?: keyof GraphTexts): Pass | undefined;
  readonly all: readonly Pass[];
  readonly activationBytes: number;
}

export const copiesOf = ({ embedding }: GraphModel, asked: Copies): readonly (1 | 2)[] => {
  if (embedding.distilled || asked === 'one') return [1];
  return asked === 'two' ? [2] : [1, 2];
};

/** The runs of a network for each number of samples; one of them at a time is under way, and they share memory. */
export async function createPasses(
  ctx: GpuContext,
  hold: Holdings,
  model: GraphModel,
  weights: TransformerWeights,
  counts: readonly number[],
  copies: readonly (1 | 2)[],
  alone: readonly (keyof GraphTexts)[] = [],
): Promise<Passes> {
  const kinds = [
    ...copies.map((n) => ({ copies: n, text: 'prompt' as const })),
    ...[...new Set(alone)]
      .filter((text) => text !== 'prompt' || !copies.includes(1))
      .map((text) => ({ copies: 1 as const, text })),
  ];
  const wanted = kinds.flatMap((kind) => [...new Set(counts)].map((count) => ({ ...kind, count })));
  const graphs = wanted.map(({ copies: n, count }) => model.graph(count * n, n));
  const most = mostWhole(bindingLimit(ctx));
  // How many it takes is known when the network is lowered; calls are made after.
  const late: { slots?: UniformSlots } = {};
  const networks = await Promise.all(
    graphs.map(async (graph) => ({
      graph,
      lowered: lower(graph, await networkKernels(ctx, hold, graph, weights, () => late.slots!), most),
    })),
  );
  const slots = await hold.slots(networks.reduce((n, network) => n + slotsFor(network), 16));
  late.slots = slots;
  const { runs, activationBytes } = await createGraphRuns(ctx, hold, networks);
  slots.flush();
  const all = wanted.map(({ copies: n, text, count }, i) => {
    const run = runs[i]!;
    return {
      copies: n,
      text,
      count,
      run,
      graph: graphs[i]!,
      ends: remembered((most: number) => cutAt(run.work, most)),
      work: run.work.reduce((a, b) => a + b, 0),
    };
  });
  return {
    of: (n, count, text = 'prompt') =>
      all.find((pass) => pass.copies === n && pass.count === count && pass.text === text),
    all,
    activationBytes,
  };
}

function remembered<K, V>(make: (key: K) => V): (key: K) => V {
  const made = new Map<K, V>();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key)!;
  };
}

/** Writes the texts of every run, and computes what depends on them alone. RangeError for texts of another size. */
export function writeTexts(ctx: GpuContext, passes: Passes, texts: GraphTexts | null): void {
  const asksEmpty = passes.all.some(({ text }) => text === 'empty');
  for (const { graph, copies } of passes.all) {
    const context = graph.inputs.get('context');
    const needed = context ? sizeOf(context) / copies : 0;
    for (const [name, states] of [
      ['prompt', texts?.prompt ?? []],
      ['negative prompt', texts?.negative ?? []],
      ...(asksEmpty ? [['empty prompt', texts?.empty ?? []] as const] : []),
    ] as const)
      if (states.length !== needed)
        throw new RangeError(
          needed === 0
            ? 'this network reads no text, and one is given'
            : `the ${name} has ${states.length} numbers of states; this network was built for ${needed}`,
        );
  }
  if (!texts) return;
  assertFinite('the states of the prompts', [texts.prompt, texts.negative, ...(asksEmpty ? [texts.empty!] : [])]);
  const { queue } = ctx.device;
  for (const { run, copies, text } of passes.all) {
    const { buffer, offset } = run.inputs.get('context')!;
    queue.writeBuffer(buffer, offset, new Float32Array(texts[text]!));
    if (copies === 2) queue.writeBuffer(buffer, offset + texts.prompt.byteLength, new Float32Array(texts.negative));
    // One at a time: texts lie in memory that the runs share.
    const encoder = ctx.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    run.encodeOnce(pass);
    pass.end();
    ctx.submit(encoder.finish());
  }
}

/** The row of each sample, then of each without its condition, then of each under every side, end to end. */
export function conditionTable(
  { rows, row, nullRow, sides = [] }: GraphRows,
  samples: number,
  width: number,
): Float32Array<ArrayBuffer> {
  const groups = [row, nullRow, ...sides.map((side) => side.row)];
  const table = new Float32Array(groups.length * samples * width);
  for (let s = 0; s < samples; s++)
    for (const [i, number] of groups.map((group) => group(s)).entries()) {
      const values = rows[number];
      if (values?.length !== width)
        throw new RangeError(
          values
            ? `row ${number} of the conditions has ${values.length} numbers; the embedding has ${width}`
            : `sample ${s} has row ${number} of the conditions, and there are ${rows.length}`,
        );
      table.set(values, (i * samples + s) * width);
    }
  assertFinite('the conditions', [table]);
  return table;
}

/** RangeError for numbers that float32 does not hold. */
export function assertFinite(what: string, lists: readonly Float32Array[]): void {
  const wrong = lists.reduce((n, values) => n + values.filter((v) => !Number.isFinite(v)).length, 0);
  if (wrong > 0) throw new RangeError(`${what} have ${wrong} values that are not finite in 32 bits`);
}

/**
 * Numbers of rows of that table: of samples alone, then chunk by chunk of samples and of the same without conditions,
 * then of samples under every side.
 */
export function rowNumbers(samples: number, chunks: readonly Chunk[], sides: number): Uint32Array<ArrayBuffer> {
  const alone = Array.from({ length: samples }, (_, s) => s);
  const twice = chunks.flatMap(({ first, count }) => {
    const own = alone.slice(first, first + count);
    return [...own, ...own.map((s) => samples + s)];
  });
  const others = Array.from({ length: sides * samples }, (_, i) => 2 * samples + i);
  return Uint32Array.from([...alone, ...twice, ...others]);
}
