import { useMemo } from 'react';
import type { ContenderPlan } from '../../config/contender.ts';
import { lanesOf, lanesText } from './lanes.ts';
import './lanes.css';

/** Pixels of a place; a picture is as wide as its rounds. */
const WIDE = 12;
const HIGH = 9;
const NARROW = 3;

/**
 * Who evaluates in which round, gaps where a worker waits; and below, round by round, which steps of the schedule stand and which
 * are asked about.
 */
export default function Lanes({ ops }: { readonly ops: ContenderPlan['ops'] }) {
  const shown = useMemo(() => lanesOf(ops), [ops]);
  if (!shown) return null;
  const { lanes, rounds, steps } = shown;
  const alone =
    shown.sent === 0 && ops.every((op) => op.op !== 'evalBatch' || op.of.every((e) => e.worker === undefined));
  const text = lanesText(shown, alone);
  const wide = rounds.length * WIDE;
  const most = Math.max(...lanes.flatMap((lane) => lane.rounds));
  return (
    <figure className="lanes" data-testid="lanes">
      <div className="lanes-scroll">
        <svg width={wide} height={lanes.length * HIGH} role="img" aria-label={text}>
          {lanes.map((lane, y) =>
            lane.rounds.map((n, x) => (
              <rect
                key={`${lane.worker} ${x}`}
                className={n > 0 ? 'lane-works' : 'lane-waits'}
                x={x * WIDE}
                y={y * HIGH}
                width={WIDE - 1}
                height={HIGH - 1}
                fillOpacity={n > 0 ? 0.45 + (0.55 * n) / most : 1}
              >
                <title>
                  {`${alone ? 'place' : 'worker'} ${lane.worker}, round ${x + 1}: ${n === 0 ? 'waits' : `${n} ${n === 1 ? 'evaluation' : 'evaluations'}`}`}
                </title>
              </rect>
            )),
          )}
        </svg>
        <svg
          width={wide}
          height={steps * NARROW}
          role="img"
          aria-label={`Steps of the schedule from the noise down, round by round: ${rounds.map((r) => r.done).join(', ')} of ${steps} stand`}
        >
          {rounds.map(({ from, to, done }, x) => (
            <g key={x}>
              <rect className="lane-stands" x={x * WIDE} y={0} width={WIDE - 1} height={done * NARROW} />
              {to >= from && (
                <rect
                  className="lane-works"
                  x={x * WIDE}
                  y={from * NARROW}
                  width={WIDE - 1}
                  height={(to - from + 1) * NARROW}
                >
                  <title>{`round ${x + 1}: ${done} of ${steps} steps stand, ${to - from + 1} asked about`}</title>
                </rect>
              )}
            </g>
          ))}
        </svg>
      </div>
      <figcaption>
        {text} Above: {alone ? 'places' : 'workers'}, full where one evaluates, pale where it waits. Below: steps from
        the noise down, full those that are asked about, pale those that stand.
      </figcaption>
    </figure>
  );
}
