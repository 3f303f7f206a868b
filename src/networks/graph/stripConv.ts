import type { Resource } from '../../gpu/kernel.ts';
import type { ConvArgs } from '../../kernels/conv/convArgs.ts';
import type { Band } from '../../kernels/conv/convShape.ts';
import { rowsOf, type ConvOp } from '../../models/graph/types.ts';
import type { Dispatch, Draft, Source } from './draft.ts';
import { reaches, whole } from './strips.ts';
import { matrixKey } from './weightList.ts';

/** The convolution's inputs, its result or its scratch memory are more than is to lie whole. */
export function isInStrips(d: Draft, op: ConvOp, { x }: Source, args: ConvArgs): boolean {
  const tensors = [...x, op.out, ...(op.residual ? [op.residual] : [])];
  return (
    tensors.some(({ id }) => d.strips.has(id)) ||
    d.kernels.convScratch(args, rowsOf(op.weight), matrixKey(op.weight)) > d.most
  );
}

/** A strip of the result after the other, each from as many strips of what is read as it reaches over. */
export function convInStrips(d: Draft, op: ConvOp, source: Source, args: ConvArgs, bias: Resource | null): void {
  const k = d.kernels;
  const matrix = matrixKey(op.weight);
  const outputs = rowsOf(op.weight);
  const read = source.x.map((x) => d.strips.get(x.id) ?? [whole(x)]);
  const added = op.residual && (d.strips.get(op.residual.id) ?? [whole(op.residual)]);
  const { norm } = source;
  const { shift } = op;
  const scratchOf = (own: ConvArgs) => k.convScratch(own, outputs, matrix);
  (d.strips.get(op.out.id) ?? [whole(op.out)]).forEach((strip, i) => {
    const calls = reaches(strip.stored, read[0]!, args).flatMap(({ rows, from }) => {
      const input = read[0]![from]!.stored;
      const argsOf = (band: Band): ConvArgs => ({ ...args, band, input, output: strip.stored });
      return cutRows(rows, (band) => scratchOf(argsOf(band)) <= d.most / 2).map((band) => ({
        args: argsOf(band),
        x: read.map((strips) => strips[from]!.id),
      }));
    });
    const bytes = Math.max(...calls.map((call) => scratchOf(call.args)));
    const scratch = bytes > 0 ? d.temp(bytes) : null;
    const residual = added?.[i]!.id ?? null;
    const late = [...(shift ? [shift.of.id] : []), ...(residual === null ? [] : [residual])];
    const dispatches = calls.flatMap(({ x }): Dispatch[] => {
      const early = [...x, ...(norm === null ? [] : [norm])];
      return d.convDispatches(early, late, scratch, strip.id, matrix);
    });
    d.stepInto(op, strip.id, dispatches, (at) =>
      calls.flatMap((call) =>
        k.conv(
          {
            x: at(call.x[0]!),
            y: at(strip.id),
            ...(call.x[1] !== undefined && { x2: at(call.x[1]) }),
            ...(norm !== null && { norm: at(norm) }),
            ...(shift && { bias: at(shift.of.id) }),
            ...(bias && { bias }),
            ...(residual !== null && { residual: at(residual) }),
            ...(scratch !== null && { scratch: at(scratch) }),
          },
          matrix,
          call.args,
        ),
      ),
    );
  });
}

/** Rows in as few equal parts as fit; single rows where none do. */
function cutRows({ first, rows }: Band, fits: (band: Band) => boolean): readonly Band[] {
  for (let parts = 1; ; parts++) {
    const each = Math.ceil(rows / parts);
    const bands = Array.from({ length: Math.ceil(rows / each) }, (_, i) => ({
      first: first + i * each,
      rows: Math.min(each, rows - i * each),
    }));
    if (each === 1 || bands.every(fits)) return bands;
  }
}
