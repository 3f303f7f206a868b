import {
  pixelsOf,
  readsOf,
  sizeOf,
  type ConvOp,
  type GegluOp,
  type Graph,
  type GroupNormOp,
  type LinearOp,
  type Op,
  type Padding as Borders,
  type Tensor,
} from '../../models/graph/types.ts';
import type { Resource } from '../../gpu/kernel.ts';
import type { ConvArgs } from '../../kernels/conv/convArgs.ts';
import type { Padding } from '../../kernels/conv/convShape.ts';
import { Draft, FLOAT, type Lowered, type Source, type WeighedStep } from './draft.ts';
import { convInStrips, isInStrips } from './stripConv.ts';
import { isDoubled, whole } from './strips.ts';
import type { GraphKernels } from './types.ts';
import { isFolded, matrixKey } from './weightList.ts';
import { workOf } from './work.ts';

/** Up to here, a matrix meets so few rows that the product is bound by reading it. */
const FEW_ROWS = 8;

function paddingOf({ top, left, bottom, right }: Borders): Padding {
  const is = (...n: readonly number[]) => [top, left, bottom, right].every((v, i) => v === n[i]);
  if (is(0, 0, 0, 0)) return 'none';
  if (is(1, 1, 1, 1)) return 'same';
  if (is(0, 0, 1, 1)) return 'after';
  throw new RangeError(`zeros of ${top}, ${left}, ${bottom}, ${right} around a picture`);
}

/** Turns a network's operations into dispatches of kernels. Pictures of more than `most` bytes lie in strips. */
export function lower(graph: Graph, kernels: GraphKernels, most = Infinity): Lowered {
  const d = new Draft(graph, kernels, most);
  const steps: WeighedStep[] = [];
  // An operation that is done where its result is read leaves its work to that one.
  let owed = 0;
  graph.ops.forEach((op, i) => {
    d.part = graph.parts[i]!;
    if (readsOf(op).every(({ id }) => d.constant.has(id))) d.constant.add(op.out.id);
    lowerOp(d, op);
    owed += workOf(op);
    const made = d.steps.slice(steps.length);
    for (const step of made) steps.push({ ...step, work: owed / made.length });
    if (made.length > 0) owed = 0;
  });
  // What depends on the text alone comes first: then nothing else is alive that it could be placed upon.
  return { steps: [...steps.filter(({ once }) => once), ...steps.filter(({ once }) => !once)], bytes: d.bytes };
}

function lowerOp(d: Draft, op: Op): void {
  const k = d.kernels;
  const out = op.out.id;
  switch (op.kind) {
    case 'groupNorm':
      return lowerGroupNorm(d, op);
    case 'conv':
      return lowerConv(d, op);
    case 'linear':
      // Its wide result is made band by band, where it is read.
      return isBanded(d, op.out) ? undefined : lowerLinear(d, op);
    case 'layerNorm':
      return lowerLayerNorm(d, op);
    case 'attention':
      return d.attention(op);
    case 'geglu':
      if (isBanded(d, op.x)) return lowerBandedGeglu(d, op);
      return d.one(op, (at) =>
        k.geglu({ x: at(op.x.id), y: at(out) }, op.out.samples * pixelsOf(op.out), op.out.channels),
      );
    case 'resample':
      return d.one(op, (at) => k.resample({ x: at(op.x.id), y: at(out) }, op.x, op.out, op.by));
    case 'clamp':
      return d.one(op, (at) => [
        ...k.copy(at(op.x.id), at(out), op.x),
        ...k.activate(at(out), sizeOf(op.out), { clamp: op.most }),
      ]);
    case 'position': {
      const table = k.table(op.table);
      return d.one(op, (at) => [...k.copy(at(op.x.id), at(out), op.x), ...k.addRows(at(out), table, op.out)]);
    }
    default:
      return op satisfies never;
  }
}

/** Statistics now; the numbers themselves are normed by who reads them, unless that is no convolution. */
function lowerGroupNorm(d: Draft, op: GroupNormOp): void {
  const k = d.kernels;
  const { channels, samples } = op.out;
  const sums = op.x.map((x) => d.temp(k.sumsBytes(x)));
  const pieces = op.x.flatMap((x, i) =>
    (d.strips.get(x.id) ?? [whole(x)]).map((strip) => ({ x, strip, to: sums[i]! })),
  );
  const norm = d.temp(FLOAT * samples * 2 * channels);
  const scaleShift = op.scaleShift?.of.id;
  const gamma = d.vector(op.gamma);
  const beta = d.vector(op.beta);
  d.steps.push({
    part: d.part,
    once: false,
    dispatches: [
      ...pieces.map(({ strip, to }) => ({ reads: [strip.id], writes: [to] })),
      { reads: [...sums, ...(scaleShift === undefined ? [] : [scaleShift])], writes: [norm] },
    ],
    record: (at) => [
      ...pieces.flatMap(({ x, strip, to }) => k.sums(at(strip.id), at(to), x, strip)),
      ...k.combine(
        {
          sums: sums.map(at),
          gamma,
          beta,
          scaleShift: scaleShift === undefined ? null : at(scaleShift),
          norm: at(norm),
        },
        op,
      ),
    ],
  });
  const { activation } = op;
  d.normed.set(op.out.id, { x: op.x, norm, activation });
  const others = (d.readers.get(op.out.id) ?? []).filter(({ kind }) => kind !== 'conv' && kind !== 'linear');
  if (others.length === 0 && !d.isOutput(op.out)) return;
  if (op.x.length > 1) throw new RangeError(`${op.gamma.names[0]} norms two pictures, and no convolution reads them`);
  const [x] = op.x;
  d.one(op, (at) => k.apply({ x: at(x!.id), norm: at(norm), y: at(op.out.id) }, op.out, activation), [x!.id, norm]);
  d.normed.delete(op.out.id);
}

function lowerConv(d: Draft, op: ConvOp): void {
  let source = d.source(op.x);
  const first = source.x[0]!;
  const doubled = isDoubled(op, first);
  if (op.resize && !doubled) source = resized(d, source, op.resize);
  const size = source.x[0]!;
  const args: ConvArgs = {
    samples: size.samples,
    height: size.height,
    width: size.width,
    channels: source.x.map(({ channels }) => channels) as unknown as ConvArgs['channels'],
    kernel: op.weight.kernel,
    stride: op.stride,
    padding: paddingOf(op.padding),
    upsample: doubled,
    norm: source.norm !== null,
    activation: source.activation,
    relu: op.reluAfter || (op.activation === 'relu' && !op.residual),
    ...(op.shift && { biasAt: op.shift.at, biasRow: op.shift.of.channels }),
  };
  const bias = op.bias && !isFolded(op) ? d.vector(op.bias) : null;
  if (isInStrips(d, op, source, args)) convInStrips(d, op, source, args, bias);
  else d.product(op, source, args, op.weight, bias, op.shift, op.residual);
  const rest = op.activation === 'relu' && !op.residual ? 'none' : op.activation;
  if (rest !== 'none' && op.residual) throw new RangeError(`${op.weight.names[0]} has an activation before a sum`);
  if (rest !== 'none') d.activate(op, rest);
}

/** A picture in another size, by nearest neighbours, with its norm already applied. */
function resized(d: Draft, source: Source, size: { readonly height: number; readonly width: number }): Source {
  const k = d.kernels;
  const [x] = source.x;
  if (!x || source.x.length > 1 || source.norm !== null) throw new RangeError('only one plain picture is resized');
  const to: Tensor = { ...x, ...size, id: d.temp(FLOAT * x.samples * size.height * size.width * x.channels) };
  d.steps.push({
    part: d.part,
    once: false,
    dispatches: [{ reads: [x.id], writes: [to.id] }],
    record: (at) => k.resample({ x: at(x.id), y: at(to.id) }, x, to, 'nearest'),
  });
  return { x: [to], norm: null, activation: 'none' };
}

function lowerLinear(d: Draft, op: LinearOp): void {
  const k = d.kernels;
  const source = d.source([op.x]);
  const [x] = source.x;
  const rows = x!.samples * pixelsOf(x!);
  const bias = op.bias && d.vector(op.bias);
  const inside = op.gate ? null : op.residual;
  if (rows <= FEW_ROWS && source.norm === null && !op.residual && x!.channels % 8 === 0)
    d.one(op, (at) => k.rows({ x: at(x!.id), bias, y: at(op.out.id) }, matrixKey(op.weight), rows));
  else {
    const args: ConvArgs = {
      samples: x!.samples,
      height: x!.height,
      width: x!.width,
      channels: [x!.channels],
      kernel: 1,
      padding: 'none',
      norm: source.norm !== null,
      activation: source.activation,
    };
    const plain = op.gate ? { ...op, out: d.copyOf(op.out) } : op;
    d.product(plain, source, args, { ...op.weight, channels: x!.channels, kernel: 1 }, bias, null, inside);
    if (op.gate) {
      const { of, at: gateAt } = op.gate;
      const residual = op.residual!;
      d.step(op, [{ reads: [plain.out.id, residual.id, of.id], writes: [op.out.id] }], (at) =>
        k.gated({ x: at(plain.out.id), residual: at(residual.id), gate: at(of.id), y: at(op.out.id) }, op.out, {
          at: gateAt,
          row: of.channels,
        }),
      );
    }
  }
  if (op.activation !== 'none') d.activate(op, op.activation);
}

/** Bytes of a band of the widest tensor of a transformer, which is read once and needs never be there as a whole. */
const BAND_BYTES = 4 * 2 ** 20;

/** The result of a plain layer that only a GEGLU reads, of more than a band. */
function isBanded(d: Draft, wide: Tensor): boolean {
  const readers = d.readers.get(wide.id) ?? [];
  const maker = d.graph.ops.find((op) => op.out.id === wide.id);
  return (
    FLOAT * sizeOf(wide) > 2 * BAND_BYTES &&
    readers.length === 1 &&
    readers[0]!.kind === 'geglu' &&
    maker?.kind === 'linear' &&
    maker.activation === 'none' &&
    !maker.residual &&
    !d.normed.has(maker.x.id) &&
    !d.isOutput(wide)
  );
}

/** [a | b] = W·x + b and a·gelu(b), so many tokens at a time. */
function lowerBandedGeglu(d: Draft, op: GegluOp): void {
  const k = d.kernels;
  const maker = d.graph.ops.find((other): other is LinearOp => other.out.id === op.x.id)!;
  const { x, weight } = maker;
  const tokens = x.samples * pixelsOf(x);
  const wide = maker.out.channels;
  // Of 64 tokens, so that bands of the result begin where a binding may.
  const most = Math.max(64, Math.floor(BAND_BYTES / (FLOAT * wide) / 64) * 64);
  const bias = maker.bias && d.vector(maker.bias);
  const args: ConvArgs = { samples: 1, height: tokens, width: 1, channels: [x.channels], kernel: 1, padding: 'none' };
  const matrix = matrixKey(weight);
  const bands = Array.from({ length: Math.ceil(tokens / most) }, (_, i) => {
    const first = i * most;
    const band = { first, rows: Math.min(most, tokens - first) };
    return { band, args: { ...args, band, output: band } };
  });
  const scratchBytes = Math.max(...bands.map((b) => k.convScratch(b.args, wide, matrix)));
  const scratch = scratchBytes > 0 ? d.temp(scratchBytes) : null;
  const part = d.temp(FLOAT * most * wide);
  const dispatches = [
    ...(scratch === null ? [] : [{ reads: [x.id], writes: [scratch] }]),
    { reads: [x.id, ...(scratch === null ? [] : [scratch])], writes: [part] },
    // x is read again after each band of the result.
    { reads: [part], writes: [op.out.id] },
    { reads: [x.id], writes: [op.out.id] },
  ];
  d.step(op, dispatches, (at) =>
    bands.flatMap(({ band, args: own }) => [
      ...k.conv(
        { x: at(x.id), y: at(part), ...(bias && { bias }), ...(scratch !== null && { scratch: at(scratch) }) },
        matrix,
        own,
      ),
      ...k.geglu(
        { x: at(part), y: from(at(op.out.id), FLOAT * band.first * op.out.channels) },
        band.rows,
        op.out.channels,
      ),
    ]),
  );
}

/** The rest of a buffer's range. */
function from(resource: Resource, bytes: number): Resource {
  const { buffer, offset = 0, size } = 'buffer' in resource ? resource : { buffer: resource };
  return { buffer, offset: offset + bytes, ...(size !== undefined && { size: size - bytes }) };
}

function lowerLayerNorm(d: Draft, op: Op & { readonly kind: 'layerNorm' }): void {
  const k = d.kernels;
  const gamma = op.gamma && d.vector(op.gamma);
  const beta = op.beta && d.vector(op.beta);
  const m = op.modulation;
  if (m && m.scale.of.id !== m.shift.of.id) throw new RangeError('scale and shift of a norm lie in two tensors');
  d.one(op, (at) =>
    k.layerNorm(
      { x: at(op.x.id), gamma, beta, modulation: m && at(m.scale.of.id), y: at(op.out.id) },
      {
        x: op.x,
        epsilon: op.epsilon,
        modulation: m && { row: m.scale.of.channels, shiftAt: m.shift.at, scaleAt: m.scale.at },
      },
    ),
  );
}
