// Published diffusion networks: what gives a plausible picture and no error (each was seen in some program).
import { shader, tested } from './fault.mjs';

const graph = (file, ...rest) => tested(`models/${file}`, 'models/diffusers/networks', ...rest);
const strips = (file, ...rest) => tested(`networks/graph/${file}`, 'networks/graph/strips.gpu', ...rest);
const config = (file, ...rest) => tested(`formats/diffusers/${file}`, 'models/diffusers/networks', ...rest);

export const networks = [
  graph(
    'diffusers/unet',
    'the downsampling pads on all sides where it should pad the end',
    'config.downPadding === 1 ? samePadding : padEnd',
    'config.downPadding === 1 ? samePadding : samePadding',
  ),
  graph('diffusers/vae', 'the encoder pads on all sides', '{ stride: 2, padding: padEnd }', '{ stride: 2 }'),
  graph('diffusers/unet', 'the skip comes first', '[h, skips.pop()!]', '[skips.pop()!, h]'),
  graph(
    'diffusers/unet',
    'odd sizes are doubled',
    '{ resize: { height: toHeight, width: toWidth } }',
    '{ resize: { height: 2 * h.height + 0 * toHeight, width: 2 * h.width + 0 * toWidth } }',
  ),
  config(
    'unet',
    'the number of heads is taken for their size',
    "if (model === 'UNet2DConditionModel') return c.integers(key, channels.length, 1, most.heads, 8);",
    "if (model === 'UNet2DConditionModel') return c.integers(key, channels.length, 1, most.heads, 8).map((n, i) => channels[i]! / n);",
  ),
  config(
    'unet',
    'one head a block is read as heads of eight',
    "if (c.raw('attention_head_dim') === null) return channels.map(() => 1);",
    '',
  ),
  config(
    'unet',
    'transformers are as deep going up as going down',
    "block('up', type, levels - 1 - i,",
    "block('up', type, i,",
  ),
  graph(
    'graph/tokenOps',
    'GEGLU’s halves are swapped',
    'numbers[at]! * geluErf(numbers[at + channels]!)',
    'numbers[at + channels]! * geluErf(numbers[at]!)',
  ),
  graph(
    'graph/activations',
    'the GELU of GEGLU is the tanh form',
    '0.5 * x * (1 + erf(x / Math.SQRT2))',
    '0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))',
  ),
  graph('graph/activations', 'quick GELU has the wrong slope', 'Math.exp(-1.702 * x)', 'Math.exp(-1.72 * x)'),
  graph('diffusers/sinusoids', 'cosines and sines change places', 'out[i] = cosineFirst ?', 'out[i] = !cosineFirst ?'),
  graph('diffusers/sinusoids', 'the shift of the frequencies is lost', '(half - shift)', 'half'),
  graph(
    'graph/pictureOps',
    'scale and shift of the time change places',
    '[vector[from]!, vector[from + channels]!]',
    '[vector[from + channels]!, vector[from]!]',
  ),
  graph(
    'graph/pictureOps',
    'the scale of the time lacks its 1',
    'affine * (1 + scale) + shift',
    'affine * scale + shift',
  ),
  graph('diffusers/unetEmbedding', 'the guidance weight of LCM is not scaled', '1000 * (guidance - 1)', 'guidance - 1'),
  graph('diffusers/unetEmbedding', 'sizes come before the text', '[...pooled, ...sizes]', '[...sizes, ...pooled]'),
  graph('diffusers/blocks', 'the transformer’s norm has the network’s epsilon', 'epsilon: 1e-6 }', 'epsilon: 1e-5 }'),
  graph('diffusers/vae', 'the autoencoder has the UNets’ epsilon', 'const epsilon = 1e-6;', 'const epsilon = 1e-5;'),
  config('unet', 'the epsilon of the file is not read', "c.numberOr('norm_eps', 0, 1, 1e-5)", '1e-5'),
  graph(
    'diffusers/vae',
    'the first one-pixel convolution of the decoder is left out',
    "if (config.postQuantConv) h = b.conv('post_quant_conv'",
    "if (!config.postQuantConv) h = b.conv('post_quant_conv'",
  ),
  graph('diffusers/vae', 'the tiny decoder’s input is not clamped', 'b.clamp(latents, 3)', 'b.clamp(latents, 300)'),
  graph(
    'diffusers/vae',
    'the tiny decoder’s picture lies in 0 … 1',
    'after: { scale: 2, shift: -1 }',
    'after: { scale: 1, shift: 0 }',
  ),
  graph('diffusers/clip', 'the text encoder sees what follows', 'width / heads, true)', 'width / heads, false)'),
  graph('diffusers/clip', 'the layer before the last is normed', 'normed ? norm(h) : h', 'norm(h)'),
  graph(
    'diffusers/clip',
    'the text is pooled at its last token',
    'return ids.indexOf(ids.reduce((a, b) => Math.max(a, b), 0));',
    'return ids.length - 1;',
  ),
  config('clip', 'GELU is read as quick GELU', "activation === 'gelu' ? 'gelu_erf' : 'quick_gelu'", "'quick_gelu'"),
  graph(
    'diffusers/dit',
    'rows come before columns',
    'table.set(row, (y * width + x) * channels + half)',
    'table.set(row, (y * width + x) * channels)',
  ),
  graph(
    'diffusers/dit',
    'the frequencies of the time are not shifted',
    'sinusoids(t, features, true, 1)',
    'sinusoids(t, features, true, 0)',
  ),
  graph(
    'diffusers/dit',
    'the last shift and scale change places',
    '{ shift: { of: last, at: 0 }, scale: { of: last, at: d } }',
    '{ shift: { of: last, at: d }, scale: { of: last, at: 0 } }',
  ),
  graph(
    'diffusers/dit',
    'GELU by erf where it should be by tanh',
    "{ activation: 'gelu' }",
    "{ activation: 'gelu_erf' }",
  ),
  tested(
    'formats/diffusers/tensors',
    'models/diffusers/networks',
    'patches lie channels first',
    'out[row + tap * channels + c] = stored[row + c * taps + tap]!',
    'out[row + c * taps + tap] = stored[row + c * taps + tap]!',
  ),
  strips(
    'strips',
    'strips have no rows of their neighbours',
    'const halo = Math.ceil((Math.max(1, ...kernels) - 1) / 2);',
    'const halo = 0 * kernels.length;',
  ),
  strips(
    'strips',
    'a strip holds its first row and is said to begin above it',
    'const first = Math.max(0, own.first - halo);',
    'const first = i === 1 ? own.first : Math.max(0, own.first - halo);',
  ),
  strips('stripConv', 'all strips are computed from the first', 'strips[from]!.id', 'strips[0]!.id'),
  strips('stripConv', 'the first strip is added to all', 'added?.[i]!.id', 'added?.[0]!.id'),
  strips('lower', 'the norm’s sums are those of the last strip', 'to: sums[i]! }))', 'to: sums[0]! })).slice(-1)'),
  {
    ...shader(
      'norm/group_sums',
      '',
      'every strip’s sums lie at the place of the first',
      'sums[(sample * args.slabs + slab) * args.channels + channel]',
      'sums[(sample * args.slabs + slab - args.first_slab) * args.channels + channel]',
    ),
    test: 'src/networks/graph/strips.gpu.test.ts',
  },
  {
    ...shader(
      'norm/group_sums',
      '',
      'a strip’s rows of its neighbour are summed as its own',
      '(sample * args.x_pixels + first - args.x_first)',
      '(sample * args.x_pixels + first - args.first_slab * args.per_slab)',
    ),
    test: 'src/networks/graph/strips.gpu.test.ts',
  },
];
