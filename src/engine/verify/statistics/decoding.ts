// The stages and algorithms of decoding, which run in float64 on every device: by hand, against second definitions, and in distribution.
import { algorithmConformanceCases } from '../../../samplers/decoding/algorithmConformance.ts';
import { conformanceCases } from '../../../samplers/decoding/conformance.ts';
import type { Case, Outcome } from '../types.ts';
import { count } from '../words.ts';

interface Part { readonly id: string; run(): { readonly passed: boolean; readonly details: string } }

/** Cases of one stage or algorithm as one: the first that fails speaks. */
function all(parts: readonly Part[]): Outcome {
  let last = '';
  for (const { id, run } of parts) {
    const { passed, details } = run();
    if (!passed) return { pass: false, detail: `${id}: ${details}` };
    last = details;
  }
  return { pass: parts.length > 0, detail: `${count(parts.length, 'case')}; the last: ${last}` };
}

export function decodingCases(): Case[] {
  const stages = [...conformanceCases()], algorithms = [...algorithmConformanceCases()];
  return [
    ...[...new Set(stages.map((c) => c.stage))].map((stage): Case => ({ name: stage === 'chain' ? 'chain of stages' : `stage ${stage}`, run: () => all(stages.filter((c) => c.stage === stage)) })),
    // Each takes a second or so: one case each, so that the suite can be ended between them.
    ...algorithms.map((c): Case => ({ name: `algorithm ${c.id}`, run: () => all([c]) })),
  ];
}
