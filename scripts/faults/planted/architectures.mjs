// Language architectures: what a model of another family would be run with.
import { tested } from './fault.mjs';

const onGpu = (file, ...rest) => tested(`networks/${file}`, 'networks/transformer.gpu', ...rest);

export const architectures = [
  tested('formats/rope', 'formats/ropeConfig', 'yarn blends one pair less', 'Math.floor(low), Math.ceil(high)', 'Math.ceil(low), Math.ceil(high)'),
  tested('formats/ropeConfig', 'formats/ropeConfig', 'yarn leaves q and k as they are', '0.1 * by * Math.log(factor) + 1', '1'),
  tested('formats/transformerConfig', 'formats/ropeConfig', 'long texts keep the factors of short ones', 'context > position.long.above', 'context < position.long.above'),
  onGpu('transformerPass', 'side by side, a feed-forward block reads what attention read', 'if (parallel) list.push(normAlone(`${at}.norm_2`));', 'if (parallel) list.push(normAlone(`${at}.norm_1`));'),
  onGpu('transformerPass', 'logits keep their size where a model scales them', 'slots, scales.logits)', 'slots, 1)'),
  onGpu('transformerAttention', 'layers without positions rotate like the first', 'const { window, key } = layers[i]!;', 'const { window, key } = layers[0]!;'),
  tested('formats/weightNames', 'networks/transformer.gpu', 'numbers of a head that stand still are taken for those that turn', 'j < turned ? side * turned + j', 'j < turned ? rotary + side * turned + j'),
  tested('formats/architectures/gptNeox', 'networks/transformer.gpu', 'GELU is the approximation', "=== 'gelu' ? 'gelu_erf' : 'gelu'", "=== 'gelu' ? 'gelu' : 'gelu'"),
]; // prettier-ignore
