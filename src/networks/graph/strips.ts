/**
 * Pictures larger than a binding, or than is good, lie in strips: each holds some rows, and at its edges those of its
 * neighbours that a convolution reads beside them. Every number is what it is in a picture that lies whole.
 */
import { rowsRead, type Band, type ConvShape } from '../../kernels/conv/convShape.ts';
import { slabsOf } from '../../kernels/norm/groupNorm.ts';
import { pixelsOf, readsOf, sizeOf, type ConvOp, type Graph, type Op, type Tensor } from '../../models/graph/types.ts';

export interface Strip {
  readonly id: number;
  /** Rows that are this strip's alone. */
  readonly own: Band;
  /** With those that a neighbour has too. */
  readonly stored: Band;
}
const FLOAT = 4;
const WHOLE = 64 * 2 ** 20;
/** Bytes of the largest tensor that is to lie whole, where a binding holds `limit`. */
export const mostWhole = (limit: number): number => Math.min(limit, WHOLE);

const everything = ({ height }: Tensor): Band => ({ first: 0, rows: height });
/** A tensor as one strip. */
export const whole = (t: Tensor): Strip => ({ id: t.id, own: everything(t), stored: everything(t) });

/** Twice as large, by repeating pixels: convolutions do it while they read. */
export const isDoubled = ({ resize }: ConvOp, x: Tensor): boolean =>
  resize?.height === 2 * x.height && resize.width === 2 * x.width;

/** What a convolution reads, past the norm that it applies itself. */
function picturesOf(op: ConvOp, makers: ReadonlyMap<number, Op>): readonly Tensor[] {
  const maker = op.x.length === 1 ? makers.get(op.x[0]!.id) : undefined;
  return maker?.kind === 'groupNorm' ? maker.x : op.x;
}

/** Tensors of more than `most` bytes that may lie in strips: convolutions make them, and read them, and nothing else. */
function cutTensors(graph: Graph, most: number): ReadonlyMap<number, Tensor> {
  const makers = new Map(graph.ops.map((op) => [op.out.id, op]));
  const readers = new Map<number, Op[]>();
  for (const op of graph.ops) for (const { id } of readsOf(op)) readers.set(id, [...(readers.get(id) ?? []), op]);
  const outputs = new Set([...graph.outputs.values()].map(({ id }) => id));
  const byConvs = (t: Tensor): boolean =>
    (readers.get(t.id) ?? []).every((op) => {
      if (op.kind === 'groupNorm') return op.scaleShift?.of.id !== t.id && !outputs.has(op.out.id) && byConvs(op.out);
      if (op.kind !== 'conv' || op.shift?.of.id === t.id) return false;
      const [first] = picturesOf(op, makers);
      return op.resize === null || isDoubled(op, first!);
    });
  const byConv = (t: Tensor): boolean => {
    const op = makers.get(t.id);
    return op?.kind === 'conv' && (op.activation === 'none' || (op.activation === 'relu' && !op.residual));
  };
  const can = new Map(
    graph.ops
      .map(({ out }) => out)
      .filter((t) => byConv(t) && byConvs(t) && !outputs.has(t.id))
      .map((t) => [t.id, t]),
  );
  // What is read or added up side by side is cut at the same rows, or not at all.
  const together = graph.ops
    .filter((op) => op.kind === 'conv')
    .flatMap((op) => [picturesOf(op, makers), op.residual ? [op.out, op.residual] : [op.out]]);
  const cut = new Map([...can].filter(([, t]) => FLOAT * sizeOf(t) > most));
  for (let changed = true; changed;) {
    changed = false;
    for (const group of together) {
      const some = group.filter(({ id }) => cut.has(id));
      if (some.length === 0 || some.length === group.length) continue;
      const all = group.every(({ id }) => can.has(id));
      for (const t of group) {
        if (all) cut.set(t.id, t);
        else {
          cut.delete(t.id);
          can.delete(t.id);
        }
      }
      changed = true;
    }
  }
  return cut;
}

const greatest = (a: number, b: number): number => (b === 0 ? a : greatest(b, a % b));

/** Strips of half of `most` bytes at most; all tensors of one size are cut at the same rows. */
export function stripsOf(
  graph: Graph,
  most: number,
  temp: (bytes: number) => number,
): ReadonlyMap<number, readonly Strip[]> {
  const cut = cutTensors(graph, most);
  const kernels = graph.ops.flatMap((op) => (op.kind === 'conv' ? [op.weight.kernel] : []));
  const halo = Math.ceil((Math.max(1, ...kernels) - 1) / 2);
  const sizeKey = ({ samples, height, width }: Tensor) => `${samples}×${height}×${width}`;
  const rowBytes = ({ samples, width, channels }: Tensor) => FLOAT * samples * width * channels;
  const widest = new Map<string, number>();
  for (const t of cut.values()) widest.set(sizeKey(t), Math.max(widest.get(sizeKey(t)) ?? 0, rowBytes(t)));
  return new Map(
    [...cut.values()].map((t) => {
      // Of whole slabs, so that sums of a strip are sums of the picture.
      const { perSlab } = slabsOf(pixelsOf(t));
      const unit = perSlab / greatest(perSlab, t.width);
      const fit = Math.floor(most / 2 / widest.get(sizeKey(t))!) - 2 * halo;
      const rows = Math.max(1, Math.floor(fit / unit)) * unit;
      const strips = Array.from({ length: Math.ceil(t.height / rows) }, (_, i): Strip => {
        const own = { first: i * rows, rows: Math.min(rows, t.height - i * rows) };
        const first = Math.max(0, own.first - halo);
        const stored = { first, rows: Math.min(t.height, own.first + own.rows + halo) - first };
        return { id: temp(rowBytes(t) * stored.rows), own, stored };
      });
      return [t.id, strips];
    }),
  );
}

/** Rows of a result that are computed from one strip of what is read. */
export interface Reach {
  readonly rows: Band;
  readonly from: number;
}

/** `rows` of a convolution's result in as few pieces as read one strip each. */
export function reaches(rows: Band, strips: readonly Strip[], shape: ConvShape): readonly Reach[] {
  const end = rows.first + rows.rows;
  const reach = (first: number, { stored }: Strip): number => {
    let to = first;
    while (to < end) {
      const read = rowsRead({ first, rows: to + 1 - first }, shape);
      if (read.first < stored.first || read.first + read.rows > stored.first + stored.rows) break;
      to++;
    }
    return to;
  };
  const found: Reach[] = [];
  for (let first = rows.first; first < end;) {
    const ends = strips.map((strip) => reach(first, strip));
    const last = Math.max(...ends);
    if (last === first) throw new RangeError(`no strip has all that row ${first} of a convolution reads`);
    found.push({ rows: { first, rows: last - first }, from: ends.indexOf(last) });
    first = last;
  }
  return found;
}
