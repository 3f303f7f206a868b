import { useRef } from 'react';
import { sigmaText } from '../../../../frame/ui/format.ts';
import { useWidth } from '../../../../frame/ui/layout.ts';

interface Props {
  readonly before: readonly number[];
  readonly after: readonly number[] | null;
  /** Levels that the denoiser is told at those after. */
  readonly told: readonly number[] | null;
}
const HEIGHT = 92;
const EDGE = 12;
const ROW = { before: 20, after: 48, told: 66 } as const;

/** Levels on a log axis: what there was, what there is, and what the denoiser is told of it. */
export function LevelsStrip({ before, after, told }: Props) {
  const box = useRef<HTMLElement>(null);
  const width = useWidth(box);
  const all = [...before, ...(after ?? []), ...(told ?? [])].filter((s) => s > 0);
  const [low, high] = [Math.log(Math.min(...all)), Math.log(Math.max(...all))];
  const x = (s: number) => EDGE + ((high - Math.log(s)) / (high - low || 1)) * (width - 2 * EDGE);
  const decades = Array.from({ length: 12 }, (_, k) => 10 ** (5 - k)).filter(
    (d) => Math.log(d) <= high + 1e-9 && Math.log(d) >= low - 1e-9,
  );
  const positive = (list: readonly number[] | null) => (list ?? []).filter((s) => s > 0);
  const now = positive(after);
  return (
    <section className="levels-strip" ref={box} aria-label="Noise levels">
      <h3>Levels, before and after</h3>
      {width > 0 && (
        <svg
          width={width}
          height={HEIGHT}
          role="img"
          aria-label={`Before: ${before.map(sigmaText).join(' ')}${after ? `. After: ${after.map(sigmaText).join(' ')}` : ''}`}
        >
          {decades.map((d) => (
            <g key={d}>
              <line x1={x(d)} x2={x(d)} y1={8} y2={HEIGHT - 18} stroke="var(--rule)" />
              <text x={x(d)} y={HEIGHT - 5} textAnchor="middle">
                {sigmaText(d)}
              </text>
            </g>
          ))}
          {now.map((s, i) => {
            const b = before[i];
            return b !== undefined && b > 0 && before.length === after!.length ? (
              <line key={i} x1={x(b)} y1={ROW.before} x2={x(s)} y2={ROW.after} stroke="var(--rule)" />
            ) : null;
          })}
          {positive(before).map((s, i) => (
            <circle key={i} cx={x(s)} cy={ROW.before} r={4} fill="none" stroke="var(--axis)" strokeWidth={1.5} />
          ))}
          {now.map((s, i) => (
            <circle key={i} cx={x(s)} cy={ROW.after} r={4} fill="var(--c0)" />
          ))}
          {now.map((s, i) =>
            told?.[i] === undefined ? null : (
              <g key={i} stroke="var(--c1)" fill="none">
                <line x1={x(s)} y1={ROW.after + 4} x2={x(told[i])} y2={ROW.told - 3} />
                <circle cx={x(told[i])} cy={ROW.told} r={3} />
              </g>
            ),
          )}
        </svg>
      )}
      <p className="fine legend">
        <span>
          <i className="dot before" aria-hidden="true" /> before
        </span>
        {after && (
          <span>
            <i className="dot after" aria-hidden="true" /> after
          </span>
        )}
        {told && (
          <span>
            <i className="dot told" aria-hidden="true" /> what the denoiser is told there
          </span>
        )}
        <span>σ, on a log axis; then 0</span>
      </p>
      {after && (
        <p className="sigma-list">
          <i>σ</i> {after.map(sigmaText).join(' ')}
          {told && (
            <>
              {' '}
              <br />
              <i>told</i> {told.map(sigmaText).join(' ')}
            </>
          )}
        </p>
      )}
    </section>
  );
}
