// Decoding from several distributions, in groups and branches, from tables.
import { tested } from './fault.mjs';

export const mixing = [
  tested(
    'samplers/decoding/algorithms/guidance',
    'samplers/decoding/mixed',
    'guidance pushes the wrong way',
    'apart + scale * (l - apart)',
    'apart - scale * (l - apart)',
  ),
  tested(
    'samplers/decoding/mixed',
    'samplers/decoding/mixed',
    'the bar of plausibility is a difference of probabilities',
    '+ Math.log(alpha)',
    '- alpha',
  ),
  tested(
    'samplers/decoding/mixed',
    'samplers/decoding/searchedGrammar',
    'what is plausible is judged before a grammar masks',
    'masks.length > 0 ? reordered',
    'masks.length > 99 ? reordered',
  ),
  tested(
    'samplers/decoding/algorithms/dola',
    'samplers/decoding/mixed',
    'the nearest layer is contrasted',
    'far.indexOf(Math.max(...far))',
    'far.indexOf(Math.min(...far))',
  ),
  tested(
    'samplers/decoding/algorithms/contrastiveDecoding',
    'samplers/decoding/mixed',
    'the amateur is not given its temperature',
    '(l) => l / amateur_temperature',
    '(l) => l * amateur_temperature',
  ),
  tested(
    'samplers/decoding/beams',
    'samplers/decoding/algorithms/diverseBeam',
    'a group pays for the group before it alone',
    'taken.set(token, (taken.get(token) ?? 0) + search.diversity)',
    'taken.set(token, search.diversity)',
  ),
  tested(
    'samplers/decoding/algorithms/cotDecoding',
    'samplers/decoding/algorithms/cotDecoding',
    'the lead is the likeliest token’s whole probability',
    'branch.margins.push(p1! - p2)',
    'branch.margins.push(p1! - 0 * p2)',
  ),
  tested(
    'samplers/decoding/algorithms/ngramCache',
    'samplers/decoding/algorithms/ngramCache',
    'a follower needs half of its share',
    '100 * most >= percent',
    '200 * most >= percent',
  ),
  tested(
    'samplers/decoding/stages/ignoreEos',
    'samplers/decoding/conformance',
    'the last end token stays',
    'for (const token of endTokens)',
    'for (const token of endTokens.slice(0, -1))',
  ),
  tested(
    'networks/transformerPass',
    'networks/early.gpu',
    'early layers are read one layer late',
    'if (l === layer) headed',
    'if (l + 1 === layer) headed',
  ),
  tested(
    'models/networks/transformer',
    'samplers/decoding/transformers',
    'early layers are normed as the last one is',
    'split(headed(streams.get(layer)!), vocab)',
    'split(headed(finalNorm(streams.get(layer)!)), vocab)',
  ),
];
