/** The least level above 0, and what every level must be below. */
export const LEAST_LEVEL = 1e-6;
export const LEVELS_BELOW = 1e6;
/** A thousand steps. */
export const MAX_LEVELS = 1001;

/** Why a hand-written list of noise levels cannot be used, or undefined if it can. */
export function checkSigmas(list: readonly number[]): string | undefined {
  if (list.length < 2) return 'At least two noise levels are needed.';
  if (list.length > MAX_LEVELS)
    return `At most ${MAX_LEVELS} noise levels (${MAX_LEVELS - 1} steps) are allowed; this list has ${list.length}.`;
  for (const [i, sigma] of list.entries()) {
    if (!Number.isFinite(sigma)) return `Level ${i + 1} is not a number.`;
    if (sigma < 0) return `Level ${i + 1} is ${sigma}; noise levels cannot be negative.`;
    if (sigma > 0 && sigma < LEAST_LEVEL)
      return `Level ${i + 1} is ${sigma}; a noise level above 0 must be at least 1e-6.`;
    if (sigma >= LEVELS_BELOW) return `Level ${i + 1} is ${sigma}; noise levels must be below 1e6.`;
    if (i > 0 && sigma >= list[i - 1]!)
      return `Level ${i + 1} is ${sigma}; every level must be lower than the one before (${list[i - 1]}).`;
  }
  return undefined;
}
