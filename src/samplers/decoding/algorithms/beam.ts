import { beamFields, searchBeams, type Early } from '../beams.ts';
import type { Algorithm } from '../types.ts';

interface BeamParams {
  beams: number;
  length_penalty: number;
  early: Early;
}

/**
 * Beam search: the `beams` likeliest beginnings are kept and extended together, and finished texts compete by Σ log p /
 * length^α. The rule in the widely used form of Hugging Face transformers (`searchBeams`). Exact (the likeliest text) once
 * the beams are as many as there are beginnings. Wu et al. 2016, https://arxiv.org/abs/1609.08144, section 7, for the
 * search and why lengths are normalised. Stages that change the order of tokens act on each step's log-probabilities, as
 * there; what a grammar allows keeps its log-probability, so that texts of the grammar compete by the model's own. With
 * samples above 1, that many of the best texts are given. With stop strings a step may leave fewer beams than asked.
 */
export const beam: Algorithm<BeamParams> = {
  id: 'beam',
  title: 'Beam search',
  paper: {
    title: "Google's Neural Machine Translation System: Bridging the Gap between Human and Machine Translation",
    url: 'https://arxiv.org/abs/1609.08144',
  },
  summary:
    'Keeps several of the likeliest beginnings and extends them side by side, to find a text that is likely as a whole.',
  params: { beams: beamFields.beams(4), length_penalty: beamFields.length_penalty, early: beamFields.early },
  usesChain: false,
  takesReordering: true,
  preservesDistribution: false,
  sequences: (_, { beams }) => beams,
  refuse: ({ samples }, { beams }) =>
    samples > beams ? `${samples} samples cannot come of ${beams} beams: use at least ${samples} beams.` : null,
  run: (request, { beams, length_penalty, early }) =>
    searchBeams(request, { width: beams, groups: 1, diversity: 0, alpha: length_penalty, early }),
};
