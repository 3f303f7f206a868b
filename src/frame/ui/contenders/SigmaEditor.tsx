import { useId, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { sigmaText, tickLabel } from '../format.ts';
import { useRest } from '../controls/useRest.ts';
import { useWidth } from '../layout.ts';
import { markerPath, colourOf } from '../marks.ts';
import { dropLevel, levelsText, moveLevel, parseLevels, splitLevel } from '../../../samplers/contenders/levelEdits.ts';
import { tidyLevels } from '../../../samplers/contenders/levels.ts';
import { decadesOf } from './decades.ts';
import { sigmaScale } from './sigmaScale.ts';

interface Props {
  readonly about: { readonly name: string; readonly slot: number };
  readonly sigmas: readonly number[];
  readonly explicit: boolean;
  onSigmas(sigmas: readonly number[]): void;
}
const HEIGHT = 132;
const LEFT = 30;
/** Handles closer than a fingertip are edited as text instead. */
const MAX_HANDLES = 40;

/**
 * Noise levels as points to drag (or move with the arrow keys), and as text. The first edit makes the schedule the
 * reader's own.
 */
export default function SigmaEditor({ about, sigmas: inForce, explicit, onSigmas }: Props) {
  const sigmas = useMemo(() => (explicit ? inForce : tidyLevels(inForce)), [explicit, inForce]);
  const note = useId();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const dragged = useRef<number | null>(null);
  const [draft, setDraft] = useState<string | null>(null);
  const [noRoom, setNoRoom] = useState<string | null>(null);
  const [frozen, setFrozen] = useState<readonly number[] | null>(null);
  const { y, sigma } = sigmaScale(frozen ?? sigmas, HEIGHT);
  const x = (i: number) => LEFT + 6 + (i / Math.max(1, sigmas.length - 1)) * Math.max(0, width - LEFT - 14);
  const read = draft === null ? null : parseLevels(draft);
  const fault = typeof read === 'string' ? read : noRoom;
  const decades = decadesOf(frozen ?? sigmas).filter((d) => y(d) > 4 && y(d) < HEIGHT - 8);
  const edit = (next: readonly number[] | string) => {
    setNoRoom(typeof next === 'string' ? next : null);
    if (typeof next !== 'string' && next !== sigmas) onSigmas(next);
  };
  const act = () => {
    if (read !== null && typeof read !== 'string' && levelsText(read) !== levelsText(sigmas)) edit(read);
  };
  useRest(draft, act);
  const onKey = (e: KeyboardEvent, i: number) => {
    const factor = { ArrowUp: 1.05, ArrowDown: 1 / 1.05, PageUp: 1.5, PageDown: 1 / 1.5 }[e.key];
    if (factor && sigmas[i]! > 0) edit(moveLevel(sigmas, i, sigmas[i]! * factor));
    else if (e.key === 'Delete' || e.key === 'Backspace') edit(dropLevel(sigmas, i));
    else if (e.key === '+' || e.key === 'Insert') edit(splitLevel(sigmas, i));
    else return;
    e.preventDefault();
  };
  const onDrag = (e: PointerEvent<SVGSVGElement>) => {
    if (dragged.current !== null)
      edit(moveLevel(sigmas, dragged.current, sigma(e.clientY - e.currentTarget.getBoundingClientRect().top)));
  };
  const stop = () => {
    dragged.current = null;
    setFrozen(null);
  };
  return (
    <div className="sigma-editor" ref={box}>
      {width > 0 && (
        <svg
          width={width}
          height={HEIGHT}
          onPointerMove={onDrag}
          onPointerUp={stop}
          onPointerCancel={stop}
          role="group"
          aria-label={`${about.name}: noise levels; arrow keys move a level, + adds one after it, Delete removes it`}
        >
          {decades.map((d) => (
            <g key={d}>
              <line className="grid" x1={LEFT} x2={width} y1={y(d)} y2={y(d)} />
              <text x={LEFT - 4} y={y(d) + 3} textAnchor="end">
                {tickLabel(d)}
              </text>
            </g>
          ))}
          <line className="axis" x1={LEFT} x2={width} y1={HEIGHT - 2} y2={HEIGHT - 2} />
          <polyline
            points={sigmas.map((s, i) => `${x(i)},${y(s)}`).join(' ')}
            fill="none"
            stroke={colourOf(about.slot)}
          />
          {sigmas.length <= MAX_HANDLES &&
            sigmas.map((s, i) => (
              <g
                key={i}
                className="handle"
                transform={`translate(${x(i)} ${y(s)})`}
                tabIndex={0}
                role="slider"
                aria-label={`σ of level ${i}`}
                aria-orientation="vertical"
                aria-valuenow={s}
                aria-valuetext={sigmaText(s)}
                onKeyDown={(e) => onKey(e, i)}
                onPointerDown={(e) => {
                  if (s <= 0) return;
                  dragged.current = i;
                  setFrozen(sigmas);
                  e.currentTarget.ownerSVGElement?.setPointerCapture(e.pointerId);
                }}
              >
                <circle r={9} fill="transparent" />
                <path d={markerPath(about.slot, 3.6)} fill={colourOf(about.slot)} />
              </g>
            ))}
        </svg>
      )}
      <textarea
        rows={2}
        spellCheck={false}
        aria-label={`${about.name}: noise levels as text`}
        aria-invalid={typeof read === 'string'}
        aria-describedby={note}
        value={draft ?? levelsText(sigmas)}
        // What cannot be read stays for its mistake to be put right.
        onBlur={() => {
          act();
          if (typeof read !== 'string') setDraft(null);
        }}
        onKeyDown={(e) => e.key === 'Escape' && setDraft(null)}
        onChange={(e) => {
          setNoRoom(null);
          setDraft(e.target.value);
        }}
      />
      {fault === null ? (
        <p className="summary" id={note}>
          Drag the points, or use the arrow keys; + adds a level, Delete removes one; or paste a list, also as PyTorch
          or NumPy print it. The list is then your own and part of the link.
        </p>
      ) : (
        <p className="refusal" role="alert" id={note}>
          {fault}{' '}
          {draft !== null && (
            <button type="button" className="link" onClick={() => setDraft(null)}>
              Back to the levels in force
            </button>
          )}
        </p>
      )}
    </div>
  );
}
