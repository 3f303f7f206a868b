import { useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { axisOf } from '../../../../frame/ui/charts/axis.ts';
import { short } from '../../../../frame/ui/format.ts';
import { useWidth } from '../../../../frame/ui/layout.ts';
import { growth, type Complex } from '../../../../samplers/diffusion/stability.ts';
import type { Contender } from '../../config/experiment.ts';
import { shownStability, type ShownStability } from './shown.ts';
import './stability.css';

const MOST_WIDE = 380;
const MOST_HIGH = 260;
const MARGIN = { left: 40, right: 44, top: 8, bottom: 22 };
/** Of the box, what an arrow key moves. */
const STRIDE = 1 / 40;

/** Where a method is stable over the plane of z = hλ, with the contender's own steps on the real axis. */
export default function Stability({
  contender,
  sigmas,
}: {
  readonly contender: Contender;
  readonly sigmas: readonly number[];
}) {
  const shown = useMemo(() => shownStability(contender, sigmas), [contender, sigmas]);
  return shown && <Chart key={shown.name} shown={shown} />;
}

function Chart({ shown }: { readonly shown: ShownStability }) {
  const box = useRef<HTMLElement>(null);
  const width = Math.min(MOST_WIDE, useWidth(box));
  const [probe, setProbe] = useState<Complex | null>(null);
  const { left, right } = shown.box;
  const inner = Math.max(0, width - MARGIN.left - MARGIN.right);
  // One unit is as long both ways, unless the region would not fit.
  const tall = Math.min(
    MOST_HIGH - MARGIN.top - MARGIN.bottom,
    Math.max(90, (2 * shown.box.high * inner) / (right - left)),
  );
  const high = Math.max(shown.box.high, (tall * (right - left)) / (2 * Math.max(1, inner)));
  const height = tall + MARGIN.top + MARGIN.bottom;
  const scale = Math.min(inner / (right - left), tall / (2 * high));
  const x = (re: number) => MARGIN.left + (re - left) * scale;
  const y = (im: number) => MARGIN.top + tall / 2 - im * scale;
  const path = (points: readonly Complex[]) =>
    `M${points.map((p) => `${x(p.re).toFixed(1)},${y(p.im).toFixed(1)}`).join('L')}Z`;
  const within = (v: number, from: number, to: number) => Math.max(from, Math.min(to, v));
  const reach = tall / 2 / scale;
  const move = (re: number, im: number) => setProbe({ re: within(re, left, right), im: within(im, -reach, reach) });
  const onPointer = (e: PointerEvent<SVGSVGElement>) => {
    const { left: from, top } = e.currentTarget.getBoundingClientRect();
    move(left + (e.clientX - from - MARGIN.left) / scale, (MARGIN.top + tall / 2 - (e.clientY - top)) / scale);
  };
  const onKey = (e: KeyboardEvent) => {
    const ways: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, 1],
      ArrowDown: [0, -1],
    };
    const way = ways[e.key];
    if (!way) return;
    e.preventDefault();
    const at = probe ?? { re: shown.end, im: 0 };
    const stride = STRIDE * (right - left);
    move(at.re + way[0] * stride, at.im + way[1] * stride);
  };
  const ticks = (from: number, to: number) =>
    (axisOf([from, to], false, 6)?.ticks ?? []).filter((v) => v >= from && v <= to);
  const label = `${shown.name} is stable on the real axis from ${short(shown.end, 3)} to 0`;
  return (
    <figure className="stability" ref={box} data-testid="stability">
      <h3>Region of stability</h3>
      {inner > 0 && (
        <svg
          width={width}
          height={height}
          role="img"
          tabIndex={0}
          aria-label={`${label}. Arrow keys move the place that is read.`}
          onPointerMove={onPointer}
          onPointerLeave={() => setProbe(null)}
          onKeyDown={onKey}
          onBlur={() => setProbe(null)}
        >
          <path className="stable" d={path(shown.border)} />
          {shown.beside.map((other, k) => (
            <path
              key={other.name}
              className="beside"
              d={path(other.border)}
              strokeDasharray={k === 0 ? '5 3' : '2 2.5'}
            />
          ))}
          <line className="axis" x1={x(left)} x2={x(right)} y1={y(0)} y2={y(0)} />
          <line className="axis" x1={x(0)} x2={x(0)} y1={MARGIN.top} y2={MARGIN.top + tall} />
          <text x={x(right) + 6} y={y(0) + 4}>
            Re hλ
          </text>
          <text x={x(0) + 5} y={MARGIN.top + 10}>
            Im hλ
          </text>
          {ticks(left, right).map((v) => (
            <text key={v} x={x(v)} y={height - 6} textAnchor="middle">
              {short(v, 2)}
            </text>
          ))}
          {ticks(-reach, reach).map((v) => (
            <text key={v} x={MARGIN.left - 5} y={y(v) + 4} textAnchor="end">
              {v === 0 ? '0' : `${short(v, 2)}i`}
            </text>
          ))}
          {shown.steps.map((re, k) => (
            <circle key={k} className="step" cx={x(re)} cy={y(0)} r={2.5} />
          ))}
          {probe && <circle className="probe" cx={x(probe.re)} cy={y(probe.im)} r={4} />}
        </svg>
      )}
      <figcaption>
        <output>{probe ? reading(shown, probe) : `${label}${besideText(shown)}.`}</output> Filled: hλ at which errors do
        not grow, for a slope λx in equal steps h. Dots: this contender’s steps where the denoiser stands still, (t −
        s)/s
        {shown.outside > 0 && `; ${shown.outside} of ${shown.steps.length} lie outside`}. One that pulls against x, as
        under strong guidance, moves them to the left.
      </figcaption>
    </figure>
  );
}

const besideText = ({ beside }: ShownStability) =>
  beside.map((b, k) => `${k === 0 ? '; dashed: ' : ', dotted: '}${b.name}, from ${short(b.end, 3)}`).join('');

function reading({ method }: ShownStability, z: Complex): string {
  const by = growth(method, z);
  const at = `${short(z.re, 2)} ${z.im < 0 ? '−' : '+'} ${short(Math.abs(z.im), 2)}i`;
  return `At hλ = ${at} a step makes errors ${short(by, 3)} times as large.`;
}
