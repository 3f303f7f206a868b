import { useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { linkTitle, linkValues } from '../../config/contenderText.ts';
import type { ChainLink } from '../../config/experiment.ts';
import { MAX_STAGES } from '../../config/fields.ts';
import { grouped, stageItem, stageMenu, takesStageOf, type AlgorithmId, type StageId } from '../../config/menus.ts';
import { addStage, moved, moveStage } from '../../state/experimentStore.ts';
import { dropIndex } from './drag.ts';
import { StageEditor } from './StageEditor.tsx';

interface Props {
  readonly index: number;
  readonly name: string;
  readonly algorithm: AlgorithmId;
  readonly chain: readonly ChainLink[];
}
/** Less is a press, not a drag. */
const SLACK = 5;

/**
 * The stages in the order in which they apply: drag a pill, or Alt and an arrow key, to move it; press it for its
 * parameters.
 */
export function ChainEditor({ index, name, algorithm, chain }: Props) {
  const groups = useMemo(() => grouped(stageMenu.filter((m) => takesStageOf(algorithm, m.id))), [algorithm]);
  const [open, setOpen] = useState<number | null>(null);
  const [drag, setDrag] = useState<{ readonly from: number; readonly to: number } | null>(null);
  const list = useRef<HTMLOListElement>(null);
  const start = useRef<{ readonly x: number; readonly y: number; readonly from: number } | null>(null);
  const dragged = useRef(false);
  const shown = drag
    ? moved(
        chain.map((link, i) => ({ link, i })),
        drag.from,
        drag.to,
      )
    : chain.map((link, i) => ({ link, i }));
  const opened = open !== null && open < chain.length ? open : null;
  const move = (from: number, to: number) => {
    if (to < 0 || to >= chain.length) return;
    moveStage(index, from, to);
    if (opened !== null) setOpen(opened === from ? to : opened);
    requestAnimationFrame(() => list.current?.querySelectorAll<HTMLButtonElement>('.pill')[to]?.focus());
  };
  const onKey = (e: KeyboardEvent, i: number) => {
    const by = e.altKey ? { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[e.key] : undefined;
    if (!by) return;
    e.preventDefault();
    move(i, i + by);
  };
  const onMove = (e: PointerEvent) => {
    const s = start.current;
    if (!s || (!drag && Math.hypot(e.clientX - s.x, e.clientY - s.y) < SLACK)) return;
    if (!drag) list.current?.setPointerCapture(e.pointerId);
    dragged.current = true;
    const boxes = [...list.current!.querySelectorAll('.pill')].map((p) => p.getBoundingClientRect());
    const to = dropIndex(boxes, e.clientX, e.clientY);
    if (drag?.to !== to) setDrag({ from: s.from, to });
  };
  const drop = (keep: boolean) => {
    start.current = null;
    if (drag && keep) moveStage(index, drag.from, drag.to);
    if (drag) setOpen(null);
    setDrag(null);
  };
  return (
    <div className="chain">
      <ol
        ref={list}
        className={`pills${drag ? ' dragging' : ''}`}
        aria-label={`${name}: chain of stages`}
        onPointerMove={onMove}
        onPointerUp={() => drop(true)}
        onPointerCancel={() => drop(false)}
      >
        {shown.map(({ link, i }, place) => (
          <li key={`${link.stage}${i}`}>
            <button
              type="button"
              className={`pill${drag?.from === i ? ' held' : ''}`}
              data-testid={`stage-${index}-${place}`}
              aria-expanded={opened === i}
              title={`${stageItem(link.stage).summary} Drag, or Alt and an arrow key, moves it.`}
              aria-label={`${linkTitle(link)}, stage ${place + 1} of ${chain.length}`}
              onPointerDown={(e) => {
                dragged.current = false;
                if (e.button === 0) start.current = { x: e.clientX, y: e.clientY, from: i };
              }}
              onClick={() => !dragged.current && setOpen(opened === i ? null : i)}
              onKeyDown={(e) => onKey(e, i)}
            >
              <span>{stageItem(link.stage).title}</span> <b>{linkValues(link)}</b>
            </button>
          </li>
        ))}
        <li className="add-stage">
          <select
            aria-label={`${name}: add a stage`}
            value=""
            disabled={chain.length >= MAX_STAGES}
            title={
              chain.length >= MAX_STAGES
                ? `A chain has at most ${MAX_STAGES} stages`
                : 'Add a stage at the end of the chain'
            }
            onChange={(e) => {
              addStage(index, e.target.value as StageId);
              setOpen(chain.length);
            }}
          >
            <option value="" disabled hidden>
              + stage
            </option>
            {groups.map((g) => (
              <optgroup key={g.group} label={g.group}>
                {g.items.map((m) => (
                  <option key={m.id} value={m.id}>
                    {m.title}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        </li>
      </ol>
      {opened !== null && !drag && (
        <StageEditor
          index={index}
          name={name}
          at={opened}
          link={chain[opened]!}
          last={chain.length - 1}
          onMove={(to) => move(opened, to)}
          onRemoved={() => setOpen(null)}
        />
      )}
    </div>
  );
}
