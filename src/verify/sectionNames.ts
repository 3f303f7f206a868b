/**
 * The parts of "Verify on my GPU", in order. Names only: what they hold is larger than a page and loaded when it runs.
 */
export const verifySections = [
  { id: 'kernels', title: 'Kernels against float64 at their edge shapes' },
  { id: 'samplers', title: 'Samplers and schedules against golden values, and on this GPU' },
  { id: 'statistics', title: 'Distributions of random numbers, samplers and token draws' },
  { id: 'networks', title: 'Networks on this GPU against float64' },
  { id: 'language', title: 'Bundled language models forced along their float64 runs' },
] as const;

export type VerifySectionId = (typeof verifySections)[number]['id'];
