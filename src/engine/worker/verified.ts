import type { SamplerId } from '../../samplers/diffusion/index.ts';
import type { Verified } from '../tuning/verified.ts';

/** What a lab with samplers can be asked of them on its device. */
export interface VerifiedRequest {
  /** All that is known, after that sampler was checked, where one is named. Null where there is no GPU. */
  verified: { in: { readonly check: SamplerId | null }; progress: never; out: Verified | null };
}
