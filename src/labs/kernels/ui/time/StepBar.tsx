import type { Part, Parts } from '../../state/parts.ts';
import { duration, percent } from '../text.ts';

const PALETTE = 8;
/** A part's colour: grey for the processor; a kernel keeps the colour that was free when it came among the slowest. */
export function colours(parts: readonly Part[], known: Map<string, number>): (p: Part) => string {
  const shown = parts.filter((p) => p.kind === 'gpu' && p.id !== 'rest');
  for (const id of [...known.keys()]) if (!shown.some((p) => p.id === id)) known.delete(id);
  for (const p of shown) {
    const taken = [...known.values()];
    const free = Array.from({ length: PALETTE }, (_, i) => i).find((i) => !taken.includes(i));
    if (!known.has(p.id)) known.set(p.id, free ?? known.size);
  }
  return (p) => {
    if (p.kind === 'page') return 'var(--warn)';
    if (p.kind === 'processor')
      return (
        { encode: 'var(--axis)', submit: 'var(--ink)', readback: 'var(--reference)', post: 'var(--soft)' }[p.id] ??
        'var(--soft)'
      );
    return p.id === 'rest' ? 'var(--floor)' : `var(--c${known.get(p.id)! % PALETTE})`;
  };
}

/** The parts of one step, end to end. The table under it says the same in numbers. */
export function StepBar({ parts: { parts, totalMs }, colour }: { parts: Parts; colour(p: Part): string }) {
  return (
    <div
      className="step-bar"
      role="img"
      aria-label={`One step, ${duration(totalMs)}: ${parts.map((p) => `${p.label} ${percent(p.ms / totalMs)}`).join(', ')}`}
      data-testid="step-bar"
    >
      {parts
        .filter((p) => p.ms > 0)
        .map((p) => (
          <span
            key={p.id}
            className={p.kind}
            style={{ flexGrow: p.ms, background: colour(p) }}
            title={`${p.label}: ${duration(p.ms)}, ${percent(p.ms / totalMs)}`}
          />
        ))}
    </div>
  );
}
