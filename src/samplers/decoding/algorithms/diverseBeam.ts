import { numberField } from '../../../core/field.ts';
import { beamFields, searchBeams, type Early } from '../beams.ts';
import type { Algorithm } from '../types.ts';

interface DiverseParams {
  beams: number;
  num_beam_groups: number;
  diversity_penalty: number;
  length_penalty: number;
  early: Early;
}

/**
 * Diverse beam search: the beams are divided into groups that grow one after the other at every place, and a token costs a
 * group `diversity_penalty` nats for each beam of the groups before it that took the token there (Hamming diversity).
 * The finished texts of all groups compete by Σ / length^α, the penalties included. After Vijayakumar et al. 2016,
 * https://arxiv.org/abs/1610.02424; as `num_beam_groups` of Hugging Face transformers (4), but for one thing: there a
 * group that has ended goes on to take the padding token, which costs later groups that token; here it takes nothing.
 * One group is beam search.
 */
export const diverseBeam: Algorithm<DiverseParams> = {
  id: 'diverse_beam',
  title: 'Diverse beam search',
  paper: {
    title: 'Diverse Beam Search: Decoding Diverse Solutions from Neural Sequence Models',
    url: 'https://arxiv.org/abs/1610.02424',
  },
  summary:
    'Beam search in groups, in which a group pays for tokens that the groups before it took: likely texts that differ.',
  params: {
    beams: beamFields.beams(4),
    num_beam_groups: numberField({
      label: 'Groups',
      help: 'Into how many groups the beams are divided; their number must divide the number of beams.',
      default: 2,
      min: 1,
      max: 64,
      integer: true,
    }),
    diversity_penalty: numberField({
      label: 'Diversity penalty λ',
      help: 'Nats that a token costs for each beam of an earlier group that took it at the same place; 0 makes all groups alike.',
      default: 0.5,
      min: 0,
      max: 20,
      step: 0.1,
    }),
    length_penalty: beamFields.length_penalty,
    early: beamFields.early,
  },
  usesChain: false,
  takesReordering: true,
  preservesDistribution: false,
  sequences: (_, { beams }) => beams,
  refuse({ samples }, { beams, num_beam_groups: groups }) {
    if (beams % groups !== 0)
      return `${beams} beams cannot be divided into ${groups} groups of the same size: use ${groups * Math.max(1, Math.round(beams / groups))} beams, or another number of groups.`;
    return samples > beams ? `${samples} samples cannot come of ${beams} beams: use at least ${samples} beams.` : null;
  },
  run: (request, { beams, num_beam_groups: groups, diversity_penalty, length_penalty, early }) =>
    searchBeams(request, {
      width: beams / groups,
      groups,
      diversity: diversity_penalty,
      alpha: length_penalty,
      early,
    }),
};
