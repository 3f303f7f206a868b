// The stages and algorithms of decoding, which run in float64 on every device: cases by hand, second definitions, and
// statistical tests.
import { uniforms } from '../../math/uniform.ts';
import { algorithmConformanceCases } from '../../samplers/decoding/algorithmConformance.ts';
import { applyChain, observeChain, startChain } from '../../samplers/decoding/chain.ts';
import { conformanceCases } from '../../samplers/decoding/conformance.ts';
import '../../samplers/decoding/grammar/grammars.ts';
import type { Chain, StageContext } from '../../samplers/decoding/types.ts';
import type { Case, Outcome } from '../types.ts';
import { count, within } from '../words.ts';

interface Part {
  readonly id: string;
  run(): { readonly passed: boolean; readonly details: string };
}

/** All cases of one stage or algorithm as one outcome: that of the first failure, if any. */
function all(parts: readonly Part[]): Outcome {
  let last = '';
  for (const { id, run } of parts) {
    const { passed, details } = run();
    if (!passed) return { pass: false, detail: `${id}: ${details}` };
    last = details;
  }
  return { pass: parts.length > 0, detail: `${count(parts.length, 'case')}; the last: ${last}` };
}

/**
 * μ ← μ − η (S − τ) over a text, from μ = 2τ (Basu et al. 2021); S in bits, before the cut (Mirostat) or after it
 * (Mirostat 2), here by the formula.
 */
function memory(stage: 'mirostat' | 'mirostat_v2'): Outcome {
  const tau = 2.5;
  const eta = 0.3;
  const chain: Chain = [{ stage, params: { tau, eta } }];
  const tokens = [0, 5, 1, 17, 3, 0, 9, 2];
  const context: StageContext = { history: [], promptLength: 0, uniform: () => 0, text: () => null };
  let state = startChain(chain);
  let mu = 2 * tau;
  let off = 0;
  for (const [i, token] of tokens.entries()) {
    const logits = uniforms(i, 5, 24).map((u, t) => 4 * u - 0.1 * t);
    const p = logits.map(Math.exp);
    const all = p.reduce((a, b) => a + b, 0);
    const applied = applyChain(logits, context, chain, state);
    const kept = applied.probabilities.reduce((sum, v, t) => sum + (v > 0 ? p[t]! : 0), 0);
    // In bits. Mirostat 2 counts a token that its cut removed as the 64 bits that its memory allows for.
    const removed = stage === 'mirostat_v2' && !(applied.probabilities[token]! > 0);
    const surprise = removed ? 64 : -Math.log2(p[token]! / (stage === 'mirostat' ? all : kept));
    mu -= eta * (surprise - tau);
    state = observeChain(chain, state, applied, token);
    off = Math.max(off, Math.abs((state[0] as { readonly mu: number }).mu - mu));
  }
  return within(off, 1e-9, `Memory of ${tokens.length} tokens by its formula`);
}

export function decodingCases(): Case[] {
  const stages = [...conformanceCases()];
  const algorithms = [...algorithmConformanceCases()];
  return [
    ...[...new Set(stages.map((c) => c.stage))].map((stage): Case => ({
      name: stage === 'chain' ? 'chain of stages' : `stage ${stage}`,
      run: () => all(stages.filter((c) => c.stage === stage)),
    })),
    ...(['mirostat', 'mirostat_v2'] as const).map((stage): Case => ({
      name: `memory of ${stage}`,
      run: () => memory(stage),
    })),
    // Each takes about a second: a case of its own, so that the suite can be cancelled between them.
    ...algorithms.map((c): Case => ({ name: `algorithm ${c.id}`, run: () => all([c]) })),
  ];
}
