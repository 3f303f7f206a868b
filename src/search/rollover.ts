import { booleanField, numberField } from '../core/field.ts';
import { asking, run, scored } from './asks.ts';
import { Choice, STARTS, stepByStep, stepper } from './stepwise.ts';
import type { NoiseSearch } from './types.ts';

/**
 * Rollover budget forcing. Kim et al. 2025, https://arxiv.org/abs/2503.19385, algorithm 1; its stochastic flow with the
 * variance-preserving path is, in x̂, DDPM's step. A start draws a step until the verifier likes D of the new state better than
 * anything so far, and goes on; what it did not spend of the step's quota joins the next one's. Where the quota is spent, the best
 * of what was tried goes on; the last step spends all that is left, and the answer is its best D. Without rollover what is not
 * spent is lost. With a verifier that likes all alike every quota is spent; with a quota of one it is DDPM on the same levels.
 */
export const rollover: NoiseSearch<{ starts: number; rollover: boolean }> = {
  id: 'rbf',
  title: 'Rollover budget forcing (RBF)',
  paper: {
    title: 'Inference-Time Scaling for Flow Models via Stochastic Generation and Rollover Budget Forcing',
    url: 'https://arxiv.org/abs/2503.19385',
  },
  summary:
    'Draws a step only until it is better than anything before, and saves the rest of its tries for later steps.',
  params: {
    starts: numberField(STARTS),
    rollover: booleanField({
      label: 'rollover',
      help: 'What a step does not spend joins the next one’s; else it is lost.',
      default: true,
    }),
  },
  *search(context, { starts, rollover: rolls }) {
    // What each start has saved so far, and the best score it has seen.
    const saved = new Int32Array(context.samples);
    let known: Float64Array | null = null;
    return yield* stepByStep(context, { title: 'Rollover budget forcing', starts }, function* (at) {
      const { from, last, left, quota } = at;
      const ops = context.denoise(at.number + 1);
      const highest = (known ??= from.scores.slice());
      const draw = stepper(at);
      const own = (i: number) => quota + (rolls ? saved[i]! : 0);
      const may = saved.map((_, i) => (last && rolls ? left[i]! : own(i)));
      const spent = new Int32Array(context.samples);
      const trying = new Uint8Array(context.samples).fill(1);
      let to: Choice | null = null;
      for (let candidate = 0; trying.some((on) => on === 1); candidate++) {
        const rows = trying.slice();
        const x = draw(candidate);
        // One after another: whether there is a next try is what this one tells.
        const d = (yield* run({ ops, wanted: ['d'], rows, ...asking(x) })).d!;
        const scores = yield* scored(d, rows);
        if (to) to.offer(x, d, scores, candidate, rows);
        else to = new Choice(x, d, scores);
        for (let i = 0; i < rows.length; i++) {
          if (!rows[i]) continue;
          spent[i]!++;
          const better = scores[i]! > highest[i]!;
          if (better) highest[i] = scores[i]!;
          if ((better && !last) || spent[i]! >= may[i]!) trying[i] = 0;
        }
      }
      spent.forEach((n, i) => (saved[i] = may[i]! - n));
      return { to: to!, spent };
    });
  },
};
