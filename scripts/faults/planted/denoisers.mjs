// A published network as a denoiser: what is shared by contenders and set for each evaluation.
import { tested } from './fault.mjs';

const denoiser = (file, ...rest) => tested(`networks/graph/${file}`, 'networks/graph/denoiser.gpu', ...rest);
const nonfinite = (file, ...rest) => tested(`networks/graph/${file}`, 'networks/graph/nonfinite.gpu', ...rest);

export const denoisers = [
  denoiser('denoiser', 'the time of an evaluation is not told', 'evaluation.time ?? model.scalars', 'model.scalars'),
  denoiser(
    'denoiser',
    'a distilled network is not told its guidance',
    'embedding.time(noise, evaluation.guidance)',
    'embedding.time(noise)',
  ),
  denoiser(
    'denoiser',
    'samples after the first chunk have the conditions of others',
    'samples + 2 * first',
    'samples + first',
  ),
  denoiser(
    'denoiser',
    'the weight of an evaluation is that of its neighbour',
    '...(n === 2 && { guidance }),',
    '...(n === 2 && { guidance: guidance + 1 }),',
  ),
  denoiser(
    'denoiser',
    'a variance beside the noise is read as noise',
    'pixel: sizeOf(result) / (count * n * height * width)',
    'pixel: channels',
  ),
  denoiser(
    'denoiser',
    'a piece begins with its second call',
    'from: ends[i - 1] ?? 0',
    'from: (ends[i - 1] ?? -1) + 1',
  ),
  denoiser('passes', 'a new text is not read', '    run.encodeOnce(pass);\n', ''),
  denoiser(
    'passes',
    'the negative prompt is written over the prompt',
    'offset + texts.prompt.byteLength, new',
    'offset, new',
  ),
  denoiser('passes', 'rows without condition are those with it', '[row, nullRow, ...sides', '[row, row, ...sides'),
  denoiser(
    'places',
    'what a text gives is written over by the next run',
    '(id) => needed.has(id) || outputs.has(id)',
    '(id) => outputs.has(id)',
  ),
  nonfinite('denoiser', 'all evaluations count in one slot', 'slot: k }', 'slot: 0 }'),
  nonfinite(
    'denoiser',
    'counts of the last plan stay',
    'queue.writeBuffer(nonfinite, 0, new Uint32Array(plan.length))',
    'void 0',
  ),
  nonfinite('diagnose', 'the last block is named', 'found.findIndex(', 'found.findLastIndex('),
  nonfinite('diagnose', 'what comes after all samples comes at the end', '      after,\n    ]);', '    ]);'),
  tested(
    'networks/graph/work',
    'networks/graph/work',
    'a piece ends at the call farther from its share',
    'share - sum < sum + w - share',
    'share - sum > sum + w - share',
  ),
];
