import { numberField } from '../core/field.ts';
import { flowShift } from './flowShift.ts';
import type { Schedule } from './types.ts';

/** Tokens of a picture at which the two shifts are stated: 256² and 1024² pixels, a token for 16². */
const BASE_TOKENS = 256;
const MAX_TOKENS = 4096;

/**
 * Flow time with a shift that grows with the picture: t' = e^μ/(e^μ + 1/t − 1), μ linear in the number of tokens, then 0.
 * As released with FLUX.1 (Black Forest Labs 2024, https://github.com/black-forest-labs/flux) and in diffusers'
 * `use_dynamic_shifting`; the reason for it is in Esser et al. 2024, https://arxiv.org/abs/2403.03206, section 5.3.2. This is
 * `flow_shift` with shift e^μ.
 */
export const flux: Schedule<{ tokens: number; base_shift: number; max_shift: number }> = {
  id: 'flux',
  title: 'FLUX (shift by size)',
  paper: { title: 'FLUX.1', url: 'https://github.com/black-forest-labs/flux' },
  summary: 'Flow time, shifted towards noise the more the larger the picture.',
  params: {
    tokens: numberField({
      label: 'tokens',
      help: 'Latents in 2×2 patches: 4096 is a picture of 1024² pixels.',
      default: MAX_TOKENS,
      min: 16,
      max: 16384,
      integer: true,
      log: true,
    }),
    base_shift: numberField({ label: 'μ at 256', help: 'Of 256 tokens.', default: 0.5, min: 0, max: 3 }),
    max_shift: numberField({ label: 'μ at 4096', help: 'Of 4096 tokens.', default: 1.15, min: 0, max: 3 }),
  },
  sigmas(steps, range, { tokens, base_shift, max_shift }) {
    const share = (tokens - BASE_TOKENS) / (MAX_TOKENS - BASE_TOKENS);
    const mu = base_shift + share * (max_shift - base_shift);
    return flowShift.sigmas(steps, range, { shift: Math.exp(mu), terminal: 0 });
  },
};
