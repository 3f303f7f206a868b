import { choiceField, textField } from '../core/field.ts';
import type { DenoiserWrapper } from '../samplers/contenders/wrapping.ts';
import { courseOf, evaluationsIn, takeParts } from './plans.ts';

interface Params {
  depths: string;
  head: 'own' | 'fitted';
}
const MOST_DEPTHS = 40;

/** `2.3.4` → how many blocks run in each share of a run, from the noise end on; null where it is no such list. */
export function depthsOf(text: string): readonly number[] | null {
  const list = text.split('.').map((t) => (/^\d{1,2}$/.test(t) ? Number(t) : 0));
  return list.length <= MOST_DEPTHS && list.every((k) => k >= 1) ? list : null;
}

/**
 * Early exit by a schedule: Moon et al. (https://arxiv.org/abs/2408.05927), section 4: a network is left after fewer
 * blocks towards the noise. They fine-tune all of it; here its own head answers, or one fitted by least squares.
 */
export const earlyExit: DenoiserWrapper<Params> = {
  id: 'exit',
  title: 'Early exit',
  paper: { title: 'Moon et al. 2024, A Simple Early Exiting Framework', url: 'https://arxiv.org/abs/2408.05927' },
  summary:
    'Leaves the network after its first blocks, fewer where noise is high. The paper trains for it; here the network’s own head answers as it is, or a linear one that is fitted to each depth and level before the run.',
  params: {
    depths: textField({
      label: 'Blocks',
      help: 'How many blocks run, from the noise on, in equal shares of the evaluations, with dots between: 2.3.4. As many as the network has is all of it.',
      default: '2.3.4',
      maxLength: 120,
      refuse: (text) =>
        depthsOf(text)
          ? null
          : `Numbers of blocks from 1 to 99 with dots between, at most ${MOST_DEPTHS} of them: 2.3.4.`,
    }),
    head: choiceField<Params['head']>({
      label: 'Head',
      help: 'Whose word ends a short pass: the network’s own head, which was made for the last block, or one that was fitted for that depth.',
      default: 'fitted',
      options: [
        ['own', 'the network’s own'],
        ['fitted', 'fitted to each depth'],
      ],
    }),
  },
  untouched: { depths: '99' },
  blocks: true,
  brief: ({ depths, head }) => `exit after ${depths.replaceAll('.', ', ')}${head === 'own' ? ', own head' : ''}`,
  rewrite(ops, { depths, head }, _fitted, network, _halves, place) {
    const list = depthsOf(depths);
    if (!network || !list) return ops;
    const { n, at } = courseOf(ops, place);
    const blocks = Array.from(
      { length: evaluationsIn(ops) },
      (_, i) => list[Math.min(list.length - 1, Math.floor((at(i) * list.length) / n))]!,
    );
    if (blocks.every((k) => k >= network.blocks)) return ops;
    return takeParts(ops, (i) => (blocks[i]! < network.blocks ? { kind: 'exit', blocks: blocks[i]!, head } : null));
  },
};
