// What a version is judged by: the shapes of the bundled models, in the proportion in which one step, token or prompt
// runs them. So a family's time is a part of something that a reader waits for, and a shape that takes nothing decides
// nothing.
import type { DeviceInfo } from '../gpu/device.ts';
import type { KernelFamily } from '../core/kernelVersions.ts';
import { keepsHalf } from '../networks/types.ts';

/** `shape`: a label of the catalogue. */
export interface TuneCase {
  readonly family: string;
  readonly shape: string;
  readonly runs: number;
}

export function tuneCases(info: DeviceInfo, family: KernelFamily): readonly TuneCase[] {
  // Weights of the bundled models as they are kept on such a device: engine/language/load.ts and networks/dit.ts.
  const language = info.isSoftware ? 'f32' : 'f16';
  const large = !info.isSoftware;
  switch (family) {
    case 'matmul': {
      // Four blocks a step; on a card alone, where the large shape would else drown what the models run.
      const id = keepsHalf(info) ? 'matmul_f16' : 'matmul';
      const runs = large ? 4 : 1;
      return [
        { family: id, shape: 'digits, q|k|v of 16 images', runs },
        { family: id, shape: 'digits, MLP up of 16 images', runs },
        { family: id, shape: 'digits, MLP down of 16 images', runs },
        // A card that is full behaves otherwise than one that waits for work.
        ...(large ? [{ family: id, shape: '1024³', runs: 1 }] : []),
      ];
    }
    case 'linear_matmul':
      return [
        { family: 'linear_matmul_f16', shape: 'sotu, gate and up of 256 tokens', runs: 1 },
        { family: 'linear_matmul_f16', shape: 'sotu, MLP down of 256 tokens', runs: 1 },
      ];
    case 'conv2d': {
      // Few, some and many pixels; large ones on a card alone, where a plain version of them takes no minute.
      const id = `conv2d_${keepsHalf(info) ? 'f16' : 'f32'}`;
      if (!large)
        return [
          { family: id, shape: 'small UNet, 16²: 64 to 64', runs: 2 },
          { family: id, shape: 'small UNet, 8²: 128 + 64 to 128', runs: 1 },
        ];
      return [
        { family: id, shape: 'SD at 256², 4²: 1280 to 1280', runs: 1 },
        { family: id, shape: 'SD at 256², 16²: 640 to 640', runs: 1 },
        { family: id, shape: 'SD at 256², 32²: 320 to 320', runs: 1 },
      ];
    }
    case 'row_dots':
      return [
        { family: `matvec_${language}`, shape: 'sotu, MLP down', runs: 6 },
        { family: `matvec_${language}`, shape: 'sotu, logits', runs: 1 },
        { family: `gate_up_${language}`, shape: 'sotu', runs: 6 },
        { family: `qkv_append_${language}`, shape: 'sotu', runs: 6 },
        ...(large ? [{ family: 'matvec_f16', shape: '4096×4096', runs: 1 }] : []),
      ];
    case 'attention':
      return [
        { family: 'attention', shape: 'digits, 16 images', runs: 1 },
        { family: 'attention', shape: 'avatars, 16 images', runs: 1 },
      ];
    case 'attention_prefill':
      return [{ family: 'attention_prefill', shape: 'sotu, 256 tokens', runs: 1 }];
    case 'attention_decode':
      return [
        { family: 'attention_decode', shape: 'sotu, 512 keys', runs: 3 },
        { family: 'attention_decode', shape: 'countdown, 8 branches, 128 keys', runs: 2 },
      ];
    case 'cross_attention':
      // Of one evaluation of SD 1.5 at 256² pixels, where software takes seconds for more.
      return [
        { family: 'cross_attention', shape: 'SD 1.5 at 256², 16², own tokens', runs: 1 },
        { family: 'cross_attention', shape: 'SD 1.5 at 256², 16², prompt', runs: 1 },
      ];
    case 'softmax':
      return [{ family: 'softmax', shape: '16 images among 10,000 digits', runs: 1 }];
    case 'layernorm':
      return [{ family: 'layernorm', shape: 'digits, 16 images of 49 tokens', runs: 1 }];
    case 'group_combine':
      return [{ family: 'group_norm', shape: 'SD, 32²×640 and 320 beside', runs: 1 }];
    case 'residual_norm':
      return [
        { family: 'residual_norm_rms', shape: 'sotu, 1 row', runs: 3 },
        { family: 'residual_norm_rms', shape: 'countdown, 8 branches', runs: 2 },
      ];
    case 'embed_norm':
      return [
        { family: `embed_norm_${language}`, shape: 'sotu, 1 token', runs: 1 },
        { family: `embed_norm_${language}`, shape: 'sotu, 256 tokens', runs: 1 },
      ];
    case 'topk':
      return [
        { family: 'topk', shape: 'sotu, 1 row', runs: 1 },
        { family: 'topk', shape: 'sotu, 8 rows', runs: 1 },
      ];
    case 'rope_append':
      return [{ family: 'rope_append', shape: 'sotu, 256 tokens', runs: 1 }];
    case 'empirical_denoiser':
      return [{ family: 'empirical_denoiser', shape: '512 points among 4,096', runs: 1 }];
    default:
      return family satisfies never;
  }
}
