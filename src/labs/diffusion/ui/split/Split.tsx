import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { axisOf } from '../../../../frame/ui/charts/axis.ts';
import { short } from '../../../../frame/ui/format.ts';
import { useWidth } from '../../../../frame/ui/layout.ts';
import { Marker } from '../../../../frame/ui/Marker.tsx';
import { colourOf, markerPath } from '../../../../frame/ui/marks.ts';
import type { SplitRow } from '../../worker/protocol.ts';
import { splitRun, splitStore } from '../../state/split.ts';
import { useNames } from '../comparison.ts';
import { useExperiment, useRun } from '../hooks.ts';
import './split.css';

const NAME = 190;
const NARROW = 560;
const ROW = 22;
const EDGE = 12;
/** A whisker that reaches down to nothing must not stretch a logarithmic axis without end. */
const LEAST = 1 / 3;

type Part = SplitRow['total'];
const ends = ({ value, half }: Part): readonly [number, number] => [
  Math.max(value * LEAST, value - (half ?? 0)),
  value + (half ?? 0),
];

/** What the steps and what the network leave of a learned model's error, by contender, on one axis. */
export default function Split() {
  const phase = useRun((s) => s.phase);
  const run = useRun((s) => s.run);
  const slots = useExperiment((s) => s.slots);
  const split = useStore(splitStore);
  useEffect(() => void splitRun(), [phase, run]);
  const box = useRef<HTMLElement>(null);
  const width = useWidth(box);
  const { titles } = useNames();
  const wide = width >= NARROW;
  const inner = Math.max(0, width - (wide ? NAME : 0) - 2 * EDGE);
  const rows = split.rows.filter((row) => slots.includes(split.slots[row.contender]!));
  const axis = axisOf(
    rows.flatMap((r) => [r.discretisation, r.approximation, r.total]).flatMap((p) => (p.value > 0 ? ends(p) : [])),
    true,
    wide ? 8 : 5,
  );
  const [low, high] = axis?.domain ?? [1, 10];
  const x = (v: number) => EDGE + (Math.log(Math.max(low, v) / low) / Math.log(high / low)) * inner;
  const nameOf = (row: SplitRow) => titles[slots.indexOf(split.slots[row.contender]!)] ?? '';
  return (
    <section
      className={split.run === run ? 'split' : 'split stale'}
      ref={box}
      aria-label="The error in two parts"
      data-testid="split"
      data-phase={split.run === run ? split.phase : 'idle'}
    >
      <h3>The error in two parts: of the steps, and of the network</h3>
      {inner > 0 && axis && (
        <div className="split-rows">
          {rows.map((row) => {
            const slot = split.slots[row.contender]!;
            return (
              <div key={slot} className="split-row" data-testid={`split-${row.contender}`}>
                <span className="split-name" style={wide ? { width: NAME } : undefined}>
                  <Marker slot={slot} /> {nameOf(row)}
                </span>
                <svg width={inner + 2 * EDGE} height={ROW} role="img" aria-label={rowText(row)}>
                  <title>{rowText(row)}</title>
                  <line className="split-line" x1={EDGE} x2={EDGE + inner} y1={ROW / 2} y2={ROW / 2} />
                  <line
                    className="split-network"
                    x1={x(row.approximation.value)}
                    x2={x(row.approximation.value)}
                    y1={0}
                    y2={ROW}
                  />
                  {[row.discretisation, row.total].map((part, k) => {
                    const [from, to] = ends(part);
                    return (
                      <g key={k} stroke={colourOf(slot)}>
                        <line x1={x(from)} x2={x(to)} y1={ROW / 2} y2={ROW / 2} strokeWidth={k === 0 ? 1 : 2} />
                        <path
                          className={k === 0 ? 'hollow' : ''}
                          d={markerPath(slot, 4.5)}
                          fill={colourOf(slot)}
                          transform={`translate(${x(part.value)},${ROW / 2})`}
                        />
                      </g>
                    );
                  })}
                </svg>
              </div>
            );
          })}
          <div className="split-row">
            {wide && <span className="split-name" style={{ width: NAME }} />}
            <svg width={inner + 2 * EDGE} height={16} aria-hidden="true">
              {axis.ticks.map((v) => (
                <text key={v} x={x(v)} y={12} textAnchor="middle">
                  {short(v, 2)}
                </text>
              ))}
            </svg>
          </div>
        </div>
      )}
      <p className="fine">
        {note(split.phase, split.none.length)} Medians over the samples, data units, with 95 % intervals. Hollow: from
        where the learned flow leads, what the steps leave. Dashed: from there to where the exact flow leads, what the
        network leaves, the same whatever the sampler. Filled: from the exact flow, both together.
      </p>
      {rows.length > 0 && (
        <details>
          <summary>Numbers</summary>
          <div className="scroll-x">
            <table>
              <thead>
                <tr>
                  <th scope="col">Contender</th>
                  <th scope="col">Steps</th>
                  <th scope="col">Network</th>
                  <th scope="col">Together</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.contender}>
                    <th scope="row">{nameOf(row)}</th>
                    <td>{withHalf(row.discretisation)}</td>
                    <td>{withHalf(row.approximation)}</td>
                    <td>{withHalf(row.total)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      )}
    </section>
  );
}

const withHalf = ({ value, half }: Part) => `${short(value, 3)}${half === null ? '' : ` ± ${short(half, 2)}`}`;
const rowText = (row: SplitRow): string =>
  `steps ${withHalf(row.discretisation)}, network ${withHalf(row.approximation)}, together ${withHalf(row.total)}`;

function note(phase: string, none: number): string {
  const without =
    none === 0
      ? ''
      : ` ${none === 1 ? 'One contender draws' : `${none} contenders draw`} noise or acts once a step, and follows no flow.`;
  if (phase === 'running' || phase === 'idle') return `Both flows are being solved with many steps.${without}`;
  return without.trim();
}
