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
  tested('formats/architectures/gemma2', 'networks/transformer.gpu', 'layers with a window and without change places', 'slides ? { window, position: local } : { window: null, position }', 'slides ? { window: null, position: local } : { window, position }'),
  tested('formats/architectures/gemma2', 'formats/architectures/gemma', 'one layer in a period too few sees everything', 'Array.from({ length: layers }, (_, i) => (i + 1) % period !== 0)', 'Array.from({ length: layers }, (_, i) => i % period !== 0)'),
  tested('formats/architectures/gemma2', 'networks/transformer.gpu', 'scores are scaled by a head’s size where the file says otherwise', "c.numberOr('query_pre_attn_scalar', 1, 65536, 256)", '8'),
  tested('formats/architectures/gemma2', 'formats/architectures/gemma', 'the largest model’s scores are scaled as the others’', 'layers === largest ?', 'layers > largest ?'),
  tested('formats/architectures/gemma3', 'networks/transformer.gpu', 'layers with a window turn as slowly as the others', 'windowOf(c), local)', 'windowOf(c))'),
  tested('formats/architectures/gemma3', 'formats/architectures/architectures', 'layers with a window turn as slowly as the others, in GGUF', 'windowOfGguf(read, at), local)', 'windowOfGguf(read, at))'),
  tested('formats/configJson', 'formats/architectures/gemma', 'where the text of a model that sees pictures ends is read from its text part alone', "['eos_token_id', 'bos_token_id', 'quantization_config']", "['bos_token_id', 'quantization_config']"),
  onGpu('transformerAttention', 'scores are not capped', 'const cap = config.softCap?.attention ?? null;', 'const cap = null;'),
  tested('formats/ggufRope', 'formats/ggufRope', 'yarn in GGUF leaves q and k as they are', 'amplitude: attention * growth', 'amplitude: attention'),
  tested('formats/ggufRope', 'formats/ggufRope', 'yarn in GGUF blends exactly where it rounds', 'whole: true', 'whole: false'),
]; // prettier-ignore
