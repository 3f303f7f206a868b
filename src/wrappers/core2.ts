import { numberField } from '../core/field.ts';
import type { DenoiserWrapper } from '../samplers/contenders/wrapping.ts';
import type { Op } from '../samplers/diffusion/types.ts';
import { affineOp, COLUMNS, columnsOf, mapOf, matrixAt } from './affine.ts';
import { askMore, beside, type Spot } from './asking.ts';
import { courseOf } from './plans.ts';

interface Params {
  twice: number;
  g: number;
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
    calibrate: (seen, _, dim) => columnsOf(seen.map(({ x, d, said }) => mapOf(said!, x, d, dim))),
  },
  asks: () => ['class'],
  brief: ({ twice, g }) => `CoRe² ${twice}${g === 1 ? '' : `, g ${g}`}`,
  rewrite(ops, { twice, g }, fitted, _network, _halves, place) {
    if (!fitted) return ops;
    const { n } = courseOf(ops, place);
    const along = ({ op, number }: Spot): readonly Op[] | null => {
      const guided = number < twice;
      if (guided && g === 1) return null;
      const [said, map] = [beside('said'), beside('map')];
      const mapped = affineOp(matrixAt(fitted, number, n), said, op.x, guided ? map : op.out);
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
