import { useCallback, useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { modelCard } from '../../config/menus.ts';
import { frames } from '../../state/frames.ts';
import { setView } from '../../state/viewStore.ts';
import { WHOLE, zoomed } from '../../../../frame/state/camera.ts';
import { REFERENCE } from '../../../../frame/state/slots.ts';
import { useNames } from '../comparison.ts';
import { useExperiment, useView } from '../hooks.ts';
import { labelOf } from './ContenderCanvas.tsx';
import DifferenceScale from './DifferenceScale.tsx';
import { drawPicture, pointedAt } from './picture.ts';
import { Scrubber } from './Scrubber.tsx';
import { useCamera } from '../../../../frame/ui/canvas/useCamera.ts';
import { looking } from './looking.ts';
import { useDrawing } from './useDrawing.ts';

type Mode = 'one' | 'flip' | 'wipe' | 'difference';
const MODES: readonly (readonly [Mode, string, string])[] = [
  ['one', 'One', 'One contender'],
  ['flip', 'Flip', 'Two contenders in turn: press the picture or the space bar'],
  ['wipe', 'Wipe', 'Two contenders beside each other in one frame, divided where you put the divide'],
  ['difference', 'Difference', 'How far one is from the other'],
];

/** One picture large, or two of them compared at the same place and size. */
export default function Large({ slot }: { slot: number }) {
  const { model, samples } = useExperiment((s) => s.experiment);
  const slots = useExperiment((s) => s.slots);
  const camera = useView((s) => s.camera);
  const { titles } = useNames();
  const image = modelCard(model).shape.kind === 'image';
  const choices = [...slots.map((s, i) => [s, titles[i]!] as const), [REFERENCE, 'Reference'] as const];
  const [mode, setMode] = useState<Mode>('one');
  const [other, setOther] = useState(choices.find(([s]) => s !== slot)![0]);
  const [flipped, setFlipped] = useState(false);
  const [divide, setDivide] = useState(50);
  const dialog = useRef<HTMLDialogElement>(null);
  const base = useRef<HTMLCanvasElement>(null);
  const top = useRef<HTMLCanvasElement>(null);
  const label = useRef<HTMLSpanElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => setView({ large: null });
  const shownSlot = mode === 'flip' && flipped ? other : slot;
  const drawBase = useCallback(
    (canvas: HTMLCanvasElement) => {
      const shown = drawPicture(canvas, model, shownSlot, { slot: other, shown: mode === 'difference' });
      if (label.current)
        label.current.textContent = shown ? labelOf(shown, frames.get(shownSlot)!.steps) : 'not drawn yet';
    },
    [model, shownSlot, other, mode],
  );
  const drawTop = useCallback(
    (canvas: HTMLCanvasElement) => {
      if (mode === 'wipe') drawPicture(canvas, model, other, { slot, shown: false });
    },
    [model, other, mode, slot],
  );
  useDrawing(base, drawBase);
  useDrawing(top, drawTop);
  const handlers = useCamera(base, {
    looking,
    wheel: true,
    sampleAt: (px, py) => pointedAt(base.current!.clientWidth, model, shownSlot, samples, px, py),
    ...(mode === 'flip' && { onPress: () => setFlipped((f) => !f) }),
  });
  const onKey = (e: KeyboardEvent) => {
    if (e.key !== ' ' || mode !== 'flip' || !(e.target instanceof HTMLCanvasElement)) return;
    e.preventDefault();
    setFlipped((f) => !f);
  };
  const zoomBy = (factor: number) => setView({ camera: zoomed(camera, factor, 0.5, 0.5) });
  const name = (s: number) => choices.find(([c]) => c === s)?.[1] ?? '';
  return (
    <dialog
      ref={dialog}
      className="panel large"
      aria-label={`${name(slot)}, large`}
      data-testid="large"
      onClose={close}
      onKeyDown={onKey}
      onClick={(e) => e.target === dialog.current && close()}
    >
      <div className="panel-inner">
        <div className="large-tools">
          <Choice label="Picture" value={slot} choices={choices} onChange={(large) => setView({ large })} />
          <div className="segmented" role="radiogroup" aria-label="Comparison">
            {MODES.map(([id, title, help]) => (
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
            <output>{camera.zoom < 10 ? camera.zoom.toFixed(1) : Math.round(camera.zoom)}×</output>
            <button type="button" aria-label="Zoom in" onClick={() => zoomBy(1.5)}>
              +
            </button>
            <button type="button" onClick={() => setView({ camera: WHOLE })}>
              Whole
            </button>
          </span>
          <button type="button" onClick={close}>
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
        {mode === 'difference' && <DifferenceScale image={image} />}
        <p className="fine">
          <b>
            {name(shownSlot)}
            {mode === 'difference' && ` against ${name(other)}`}
          </b>{' '}
          <span ref={label} />
          {mode === 'flip' && ' · press the picture or the space bar to flip'}
        </p>
        <Scrubber />
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
