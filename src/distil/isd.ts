import { choiceField } from '../core/field.ts';
import type { Asked } from '../core/role.ts';
import { minus } from './sds.ts';
import type { DistilMethod } from './types.ts';

/**
 * After image-prompt score distillation, ModeDreamer, https://arxiv.org/abs/2411.18135, of which the abstract alone was
 * read: the model is told a reference, so that all particles see one mode, and something is taken off for its variance. The
 * reference is a component or a class here. What is taken off is said by name: z, as in SDS, or what the same model
 * says without a reference. The second does not vanish at the mode, and pushes past it as unbounded guidance does.
 */
export const isd: DistilMethod<{ variate: 'z' | 'unconditional' }> = {
  id: 'isd',
  title: 'ISD',
  paper: {
    title: 'ModeDreamer: Mode Guiding Score Distillation for Text-to-3D Generation using Reference Image Prompts',
    url: 'https://arxiv.org/abs/2411.18135',
  },
  summary:
    'Score distillation with a reference: the model is told one mode, and every particle goes there. After the abstract of the paper, the rest of which was not at hand: what it takes off may differ.',
  params: {
    variate: choiceField({
      label: 'control variate',
      help: 'What is taken off: the noise itself, which changes no mean, or the answer without a reference, which does.',
      default: 'z',
      options: [
        ['z', 'less z'],
        ['unconditional', 'less the unconditional answer'],
      ],
    }),
  },
  guided: true,
  asks: ({ variate }, reference) => {
    const told: Asked = { role: 'target', label: reference };
    return variate === 'z' ? [told] : [told, { role: 'null' }];
  },
  direction: ({ slopes, z }, { variate }) => minus(slopes[0]!, variate === 'z' ? z : slopes[1]!),
};
