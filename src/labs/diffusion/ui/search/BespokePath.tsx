import type { Contender } from '../../config/experiment.ts';
import { bespokePath } from './path.ts';
import { useRef } from 'react';
import { useWidth } from '../../../../frame/ui/layout.ts';

const HEIGHT = 120;
const EDGE = 10;

/** The bent path of a Bespoke solver: scale at each point of its flow time. */
export function BespokePath({
  contender,
  sigmas,
}: {
  readonly contender: Contender;
  readonly sigmas: readonly number[];
}) {
  const box = useRef<HTMLElement>(null);
  const width = useWidth(box);
  const points = bespokePath(contender, sigmas);
  if (points.length === 0) return null;
  const logs = points.map((p) => Math.log(p.scale));
  const most = Math.max(0.1, ...logs.map(Math.abs));
  const last = points.length - 1;
  const x = (k: number) => EDGE + (k / last) * (width - 2 * EDGE);
  const y = (v: number) => HEIGHT / 2 - (v / most) * (HEIGHT / 2 - EDGE);
  const yTime = (t: number) => EDGE + (1 - t) * (HEIGHT - 2 * EDGE);
  return (
    <section className="bespoke-path" ref={box} aria-label="The bent path">
      <h3>The bent path: time and scale over its half steps</h3>
      {width > 0 && (
        <svg
          width={width}
          height={HEIGHT}
          role="img"
          aria-label={`Scales ${points.map((p) => p.scale.toFixed(2)).join(' ')}; times ${points.map((p) => p.time.toFixed(2)).join(' ')}`}
        >
          <line x1={EDGE} x2={width - EDGE} y1={HEIGHT / 2} y2={HEIGHT / 2} stroke="var(--rule)" />
          <polyline
            fill="none"
            stroke="var(--c0)"
            strokeWidth={1.5}
            points={points.map((p, k) => `${x(k)},${yTime(p.time)}`).join(' ')}
          />
          <polyline
            fill="none"
            stroke="var(--c1)"
            strokeWidth={1.5}
            strokeDasharray="5 3"
            points={logs.map((v, k) => `${x(k)},${y(v)}`).join(' ')}
          />
          {points.map((p, k) => (
            <circle key={k} cx={x(k)} cy={yTime(p.time)} r={p.half ? 2 : 3.5} fill="var(--c0)" />
          ))}
        </svg>
      )}
      <p className="fine legend">
        <span>
          <i className="line s0" aria-hidden="true" /> flow time, 1 to 0
        </span>
        <span>
          <i className="line s1" aria-hidden="true" /> scale, log; the middle is 1, the edges{' '}
          {Math.exp(-most).toFixed(2)} and {Math.exp(most).toFixed(2)}
        </span>
      </p>
    </section>
  );
}
