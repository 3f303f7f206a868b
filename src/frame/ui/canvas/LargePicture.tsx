import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { WHOLE, zoomed } from '../../state/camera.ts';
import type { Slot } from '../../state/slots.ts';
import { useCamera, type Looking } from './useCamera.ts';
import { useDrawing, type DrawnFrom } from './useDrawing.ts';

type Mode = 'one' | 'flip' | 'wipe' | 'difference';
const MODES: readonly (readonly [Mode, string, string])[] = [
  ['one', 'One', 'One contender'],
  ['flip', 'Flip', 'Two contenders in turn: press the picture or the space bar'],
  ['wipe', 'Wipe', 'Two contenders beside each other in one frame, divided where you put the divide'],
  ['difference', 'Difference', 'How far one is from the other'],
];

interface Props {
  readonly slot: Slot;
  /** What can be shown, and its names. */
  readonly choices: readonly (readonly [Slot, string])[];
  readonly zoom: number;
  readonly looking: Looking;
  /** What the pictures are drawn from; the same at every call. */
  readonly sources: readonly DrawnFrom[];
  /** Draws a picture, or its difference to another one's; returns what stands below it, null for nothing drawn. */
  draw(canvas: HTMLCanvasElement, slot: Slot, against: { readonly slot: Slot; readonly shown: boolean }): string | null;
  sampleAt?(canvas: HTMLCanvasElement, slot: Slot, px: number, py: number): number | null;
  readonly differenceScale: ReactNode;
  /** Below the picture, and more tools beside the zoom. */
  readonly children?: ReactNode;
  readonly tools?: ReactNode;
  onSlot(slot: Slot): void;
  onClose(): void;
}

/** One picture large, or two of them compared at the same place and size. */
export function LargePicture({ slot, choices, zoom, looking, sources, draw, sampleAt, ...rest }: Props) {
  const { differenceScale, children, tools, onSlot, onClose } = rest;
  const [mode, setMode] = useState<Mode>('one');
  const [picked, setOther] = useState<Slot | null>(null);
  const other =
    choices.find(([s]) => s === picked && s !== slot)?.[0] ?? choices.find(([s]) => s !== slot)?.[0] ?? slot;
  const [flipped, setFlipped] = useState(false);
  const [divide, setDivide] = useState(50);
  const dialog = useRef<HTMLDialogElement>(null);
  const base = useRef<HTMLCanvasElement>(null);
  const top = useRef<HTMLCanvasElement>(null);
  const label = useRef<HTMLSpanElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const shownSlot = mode === 'flip' && flipped ? other : slot;
  const drawBase = useCallback(
    (canvas: HTMLCanvasElement) => {
      const said = draw(canvas, shownSlot, { slot: other, shown: mode === 'difference' });
      if (label.current) label.current.textContent = said ?? 'not drawn yet';
    },
    [draw, shownSlot, other, mode],
  );
  const drawTop = useCallback(
    (canvas: HTMLCanvasElement) => {
      if (mode === 'wipe') draw(canvas, other, { slot, shown: false });
    },
    [draw, other, mode, slot],
  );
  useDrawing(base, drawBase, sources);
  useDrawing(top, drawTop, sources);
  const handlers = useCamera(base, {
    looking,
    wheel: true,
    ...(sampleAt && { sampleAt: (px: number, py: number) => sampleAt(base.current!, shownSlot, px, py) }),
    ...(mode === 'flip' && { onPress: () => setFlipped((f) => !f) }),
  });
  const onKey = (e: KeyboardEvent) => {
    if (e.key !== ' ' || mode !== 'flip' || !(e.target instanceof HTMLCanvasElement)) return;
    e.preventDefault();
    setFlipped((f) => !f);
  };
  const zoomBy = (factor: number) => looking.set({ camera: zoomed(looking.getState().camera, factor, 0.5, 0.5) });
  const name = (s: Slot) => choices.find(([c]) => c === s)?.[1] ?? '';
  return (
    <dialog
      ref={dialog}
      className="panel large"
      aria-label={`${name(slot)}, large`}
      data-testid="large"
      onClose={onClose}
      onKeyDown={onKey}
      onClick={(e) => e.target === dialog.current && onClose()}
    >
      <div className="panel-inner">
        <div className="large-tools">
          <Choice label="Picture" value={slot} choices={choices} onChange={onSlot} />
          <div className="segmented" role="radiogroup" aria-label="Comparison">
            {MODES.filter(([id]) => id === 'one' || choices.length > 1).map(([id, title, help]) => (
              <label key={id} title={help}>
                <input type="radio" name="large-mode" checked={mode === id} onChange={() => setMode(id)} />
                {title}
              </label>
            ))}
          </div>
          {mode !== 'one' && <Choice label="Compared with" value={other} choices={choices} onChange={setOther} />}
          <span className="zoom-tools">
            <button type="button" aria-label="Zoom out" onClick={() => zoomBy(1 / 1.5)}>
              −
            </button>
            <output>{zoom < 10 ? zoom.toFixed(1) : Math.round(zoom)}×</output>
            <button type="button" aria-label="Zoom in" onClick={() => zoomBy(1.5)}>
              +
            </button>
            <button type="button" onClick={() => looking.set({ camera: WHOLE })}>
              Whole
            </button>
          </span>
          {tools}
          <button type="button" onClick={onClose}>
            Close
          </button>
        </div>
        <div className="large-picture">
          <canvas
            ref={base}
            tabIndex={0}
            role="img"
            data-testid="large-canvas"
            aria-label={`Samples of ${name(shownSlot)}; wheel, plus and minus zoom, arrows and dragging move`}
            {...handlers}
          />
          <canvas
            ref={top}
            className="large-top"
            aria-hidden="true"
            style={{ clipPath: `inset(0 0 0 ${divide}%)`, visibility: mode === 'wipe' ? 'visible' : 'hidden' }}
          />
          {mode === 'wipe' && <span className="large-divide" style={{ left: `${divide}%` }} aria-hidden="true" />}
        </div>
        {mode === 'wipe' && (
          <label className="large-wipe">
            <span>{name(slot)}</span>
            <input
              type="range"
              aria-label="Divide"
              min={0}
              max={100}
              value={divide}
              onChange={(e) => setDivide(Number(e.target.value))}
            />
            <span>{name(other)}</span>
          </label>
        )}
        {mode === 'difference' && differenceScale}
        <p className="fine">
          <b>
            {name(shownSlot)}
            {mode === 'difference' && ` against ${name(other)}`}
          </b>{' '}
          <span ref={label} />
          {mode === 'flip' && ' · press the picture or the space bar to flip'}
        </p>
        {children}
      </div>
    </dialog>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: number;
  readonly choices: readonly (readonly [number, string])[];
  onChange(slot: number): void;
}
function Choice({ label, value, choices, onChange }: ChoiceProps) {
  return (
    <select aria-label={label} value={value} onChange={(e) => onChange(Number(e.target.value))}>
      {choices.map(([slot, title]) => (
        <option key={slot} value={slot}>
          {title}
        </option>
      ))}
    </select>
  );
}
