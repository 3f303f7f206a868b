// The bundled networks and the closed forms on this GPU against float64, and against values that PyTorch gave; then
// small transformers of every architecture that is read.
import type { Env, Planned } from './types.ts';
import { diffusionCases } from './networks/diffusion.ts';
import { transformerCases } from './networks/transformers.ts';

export const plan = (env: Env): Planned => ({ cases: [...diffusionCases(env), ...transformerCases(env)] });
