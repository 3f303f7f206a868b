import { algorithmConformanceCases } from '../../../samplers/decoding/algorithmConformance.ts';
import { conformanceCases } from '../../../samplers/decoding/conformance.ts';
import { loadGrammars } from '../../../samplers/decoding/grammar/load.ts';
import { throwIfCancelled } from '../../../core/cancel.ts';
import type { ConformanceResult } from './events.ts';

/** Runs the sampler conformance suite, case by case, telling of each; lets other requests in between. */
export async function conformance(
  emit: (result: ConformanceResult, of: number) => void,
  signal: AbortSignal,
): Promise<{ readonly passed: number; readonly failed: number }> {
  await loadGrammars();
  let passed = 0;
  let failed = 0;
  let breathed = performance.now();
  const cases = [...conformanceCases(), ...algorithmConformanceCases()];
  for (const { id, title, kind, run } of cases) {
    throwIfCancelled(signal);
    let result: { readonly passed: boolean; readonly details: string };
    try {
      result = run();
    } catch (error) {
      result = { passed: false, details: error instanceof Error ? error.message : String(error) };
    }
    if (result.passed) passed++;
    else failed++;
    emit({ id, title, group: kind, ...result }, cases.length);
    if (performance.now() - breathed < 30) continue;
    await new Promise((resolve) => setTimeout(resolve, 0));
    breathed = performance.now();
  }
  return { passed, failed };
}
