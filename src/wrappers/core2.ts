import { numberField } from '../core/field.ts';
import { Ridge } from '../math/ridge.ts';
import type { DenoiserWrapper, Seen } from '../samplers/contenders/wrapping.ts';
import type { Op } from '../samplers/diffusion/types.ts';
import { askMore, beside, type Spot } from './asking.ts';
import { courseOf, fittedAt } from './plans.ts';

interface Params {
  twice: number;
  g: number;
}
/** Numbers of an evaluation's map: [A | B | c] by rows, of points; of pictures all pixels have the same three. */
const COLUMNS = ['A₁₁', 'A₁₂', 'A₂₁', 'A₂₂', 'B₁₁', 'B₁₂', 'B₂₁', 'B₂₂', 'c₁', 'c₂'] as const;
const PLANE = 2;

/** [D_c, x, 1] → D guided by least squares, over all samples of an evaluation. */
function mapOf({ x, d, said }: Seen, dim: number): readonly number[] {
  const plane = dim === PLANE;
  const size = plane ? PLANE : 1;
  // Scaled alike: where noise is high D_c and x say nearly the same, and the penalty decides between them.
  const scale = (v: Float32Array) => Math.sqrt(v.reduce((s, a) => s + a * a, 0) / v.length) || 1;
  const [ofSaid, ofState] = [scale(said!), scale(x)];
  const ridge = new Ridge(2 * size, size);
  const rows = new Float64Array(2 * size);
  for (let at = 0; at < x.length; at += size) {
    for (let k = 0; k < size; k++) {
      rows[k] = said![at + k]! / ofSaid;
      rows[size + k] = x[at + k]! / ofState;
    }
    ridge.add(rows, d.subarray(at, at + size));
  }
  const { weight, bias } = ridge.solve(1e-9);
  const of = (o: number, i: number) => weight[o * 2 * size + i]! / (i < size ? ofSaid : ofState);
  if (!plane) return [of(0, 0), 0, 0, of(0, 0), of(0, 1), 0, 0, of(0, 1), bias[0]!, bias[0]!];
  return [of(0, 0), of(0, 1), of(1, 0), of(1, 1), of(0, 2), of(0, 3), of(1, 2), of(1, 3), bias[0]!, bias[1]!];
}

/**
 * CoRe², Shao et al. 2025, https://arxiv.org/abs/2503.09662: collect what a guided run says, D_cfg, beside what the class
 * alone says, D_c; reflect it in a weak model W(D_c); refine: in the first m evaluations D = W + g(D_cfg − W), in all later
 * ones W, for which nobody but the class is asked. Theirs is a fine-tuned network for each step; ours the affine map
 * [D_c, x, 1] → D_cfg of that step by least squares.
 */
export const core2: DenoiserWrapper<Params> = {
  id: 'core2',
  title: 'CoRe²',
  paper: {
    title: 'Shao et al. 2025, CoRe²: Collect, Reflect and Refine',
    url: 'https://arxiv.org/abs/2503.09662',
  },
  summary:
    'Learns from one guided run what guidance adds to the class’s own guess, and adds it from then on without asking twice: half the passes. The first evaluations still ask, and go past the learned guess.',
  params: {
    twice: numberField({
      label: 'Guided evaluations m',
      help: 'So many, from the first on, are guided as usual, two passes each; all later ones are the fitted map of one pass.',
      default: 0,
      min: 0,
      max: 1000,
      integer: true,
    }),
    g: numberField({
      label: 'Past the map g',
      help: 'How far the guided ones go from the fitted guess to the guided one: 1 is guidance as it is, more goes past it.',
      default: 1,
      min: 0,
      max: 5,
      step: 0.1,
    }),
  },
  untouched: { twice: 1000, g: 1 },
  fit: {
    by: [],
    columns: COLUMNS,
    guided: true,
    calibrate(seen, _, dim) {
      const maps = seen.map((one) => mapOf(one, dim));
      return COLUMNS.map((_name, column) => maps.map((map) => map[column]!));
    },
  },
  asks: () => ['class'],
  brief: ({ twice, g }) => `CoRe² ${twice}${g === 1 ? '' : `, g ${g}`}`,
  rewrite(ops, { twice, g }, fitted, _network, _halves, place) {
    if (!fitted) return ops;
    const { n } = courseOf(ops, place);
    const along = ({ op, number }: Spot): readonly Op[] | null => {
      const guided = number < twice;
      if (guided && g === 1) return null;
      const matrix = COLUMNS.map((_, column) => fittedAt(fitted, column, number, n));
      const alike = matrix[0] === matrix[3] && matrix[4] === matrix[7] && matrix[8] === matrix[9];
      const plain = alike && [1, 2, 5, 6].every((k) => matrix[k] === 0);
      const [said, map] = [beside('said'), beside('map')];
      const to = guided ? map : op.out;
      const mapped = plain
        ? ({
            op: 'lincomb',
            out: to,
            terms: [
              [matrix[0]!, said],
              [matrix[4]!, op.x],
            ],
            plus: matrix[8]!,
          } as const)
        : ({ op: 'guide', a: said, b: op.x, out: to, by: { kind: 'affine', matrix } } as const);
      const asked = { ...op, role: 'class', out: said } as const;
      if (!guided) return [asked, mapped];
      return [
        asked,
        mapped,
        op,
        {
          op: 'lincomb',
          out: op.out,
          terms: [
            [1 - g, map],
            [g, op.out],
          ],
        },
      ];
    };
    return askMore(ops, along, place);
  },
};
