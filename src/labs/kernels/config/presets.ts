// The gallery of the kernel lab: each entry is a permalink that shows one claim on the reader's own machine.
import { defaultKernels } from './fields.ts';
import type { KernelExperiment } from './experiment.ts';

export interface KernelPreset {
  readonly title: string;
  /**
   * What the reader should see. Bytes are counted, the same on every device, and held against the catalogue by a test.
   */
  readonly claim: string;
  readonly paper: { readonly title: string; readonly url: string };
  readonly experiment: KernelExperiment;
}

const on = (experiment: Partial<KernelExperiment>): KernelExperiment => ({ ...defaultKernels(), ...experiment });
const paper = (title: string, id: string) => ({ title, url: `https://arxiv.org/abs/${id}` });

export const kernelPresets = {
  tiles: {
    title: 'One product, a fiftieth of the bytes',
    claim:
      'A product of 512³ must move 3.15 MB. One invocation an output moves 1076 MB, tiles in workgroup memory 18.9 MB, blocks in registers 136 MB. A GPU should reward the tiles; a software adapter, whose workgroup memory is no nearer than any other, rewards the registers.',
    paper: paper('Ivanov et al. 2020, Data Movement Is All You Need', '2007.00072'),
    experiment: on({
      family: 'matmul',
      shape: { m: 512, n: 512, k: 512, batch: 1, pad: 0 },
      versions: ['1.naive', '2.tiled', '3.registers'],
    }),
  },
  attention: {
    title: 'Attention without its matrix',
    claim:
      'Eight heads over 256 tokens must move 2.10 MB. Scores computed anew for every output move 672 MB; softmax done on the way, tile by tile, 5.24 MB, and memory grows with the length instead of its square.',
    paper: paper('Dao et al. 2022, FlashAttention', '2205.14135'),
    experiment: on({ family: 'attention', versions: ['1.naive', '2.flash', '4.blocks'] }),
  },
  fourBits: {
    title: 'A seventh of the bytes is not a seventh of the time',
    claim:
      'A layer of 1024×1024 at 4 bits is 0.602 MB with its scales and its vectors; in f32 it is 4.21 MB. Where reading binds, as on a GPU, the time should follow. On a processor unpacking binds: measure the f32 family at the same shape, and compare.',
    paper: paper('Gholami et al. 2024, AI and Memory Wall', '2403.14123'),
    experiment: on({ family: 'matvec_int4' }),
  },
  token: {
    title: 'Where a token’s time goes',
    claim:
      'One token of the small language model, taken apart while it runs: dozens of short dispatches, so that recording, submitting and the way back weigh in beside the products. Eight sequences at once share them: raise the number, and a token gets cheaper.',
    paper: paper('Gholami et al. 2024, AI and Memory Wall', '2403.14123'),
    experiment: on({ view: 'time', workload: { kind: 'token', model: 'sotu', batch: 1 } }),
  },
  step: {
    title: 'Where a diffusion step’s time goes',
    claim:
      'One step of sixteen digits: matrix products take most of it, attention and norms the rest; recording and submitting hardly show. Compare with a token.',
    paper: paper('Peebles and Xie 2022, Scalable Diffusion Models with Transformers', '2212.09748'),
    experiment: on({ view: 'time', workload: { kind: 'diffusion', model: 'digits', batch: 16 } }),
  },
  roofline: {
    title: 'How far from the roof',
    claim:
      'What this device can multiply and what it can read, measured here; every kernel that you measure becomes a point below the two lines, and how far below says what is left to win.',
    paper: paper('Gholami et al. 2024, AI and Memory Wall', '2403.14123'),
    experiment: on({ view: 'roofline' }),
  },
  bisect: {
    title: 'A slow or wrong kernel, bisected by link',
    claim:
      'This link forces the plainest matrix product wherever one is used. Open the same versions in another lab, and see whether the strange result stays; then force the next family.',
    paper: paper('Ivanov et al. 2020, Data Movement Is All You Need', '2007.00072'),
    experiment: on({ view: 'tuning', kernels: { matmul: '1.naive', linear_matmul: '1.naive' } }),
  },
} as const satisfies Readonly<Record<string, KernelPreset>>;
