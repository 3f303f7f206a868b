import { useState, type DragEvent, type ReactNode } from 'react';
import { Icon } from './Icon.tsx';
import { Marker } from './Marker.tsx';

interface Props {
  readonly slot: number;
  readonly index: number;
  readonly count: number;
  readonly most: number;
  readonly refused?: boolean;
  /** The main choice, and what stands beside it. */
  readonly head: ReactNode;
  readonly children: ReactNode;
  /** Whether it is shown, where that can be chosen. */
  readonly visibility?: { readonly hidden: boolean; onHide(): void; onSolo(): void };
  onHighlight(slot: number | null): void;
  /** Takes the contender to another place; rows can then be dragged. */
  onReorder?(from: number, to: number): void;
  onMoveUp(): void;
  onDuplicate(): void;
  onRemove(): void;
}

/** How a contender is called where there is no room for more. */
export const contenderName = (index: number): string => `Contender ${index + 1}`;

function Visibility({ name, hidden, onHide, onSolo }: NonNullable<Props['visibility']> & { readonly name: string }) {
  return (
    <button
      type="button"
      aria-pressed={!hidden}
      aria-label={`${name}: shown`}
      title={`${hidden ? 'Show' : 'Hide'} in pictures and charts; with Shift: this one alone`}
      onClick={(e) => (e.shiftKey ? onSolo() : onHide())}
    >
      <Icon name={hidden ? 'hidden' : 'shown'} />
    </button>
  );
}

/** Dragging a row by its marker onto another one. The type keeps foreign drags, such as files, out. */
const DRAGGED = 'application/x-stepscope-contender';
function useDragged(index: number, onReorder?: (from: number, to: number) => void) {
  const [over, setOver] = useState(false);
  if (!onReorder) return { over: false, handle: {}, row: {} };
  const ours = (e: DragEvent) => e.dataTransfer.types.includes(DRAGGED);
  return {
    over,
    handle: {
      draggable: true,
      title: 'Drag to reorder',
      onDragStart(e: DragEvent) {
        e.dataTransfer.setData(DRAGGED, String(index));
        e.dataTransfer.effectAllowed = 'move';
      },
    },
    row: {
      onDragOver(e: DragEvent) {
        if (!ours(e)) return;
        e.preventDefault();
        setOver(true);
      },
      onDragLeave: () => setOver(false),
      onDrop(e: DragEvent) {
        setOver(false);
        if (!ours(e)) return;
        e.preventDefault();
        e.stopPropagation();
        onReorder(Number(e.dataTransfer.getData(DRAGGED)), index);
      },
    },
  };
}

/** A row of a comparison: colour and marker, what it is, and its tools. */
export function ContenderShell({
  slot,
  index,
  count,
  most,
  refused = false,
  head,
  visibility,
  children,
  ...on
}: Props) {
  const { over, handle, row } = useDragged(index, on.onReorder);
  const name = contenderName(index);
  return (
    <li
      className={`contender${refused ? ' refused' : ''}${visibility?.hidden ? ' unseen' : ''}${over ? ' over' : ''}`}
      data-testid={`contender-${index}`}
      onPointerEnter={() => on.onHighlight(slot)}
      onPointerLeave={() => on.onHighlight(null)}
      {...row}
    >
      <div className="contender-head">
        <span className="drag-handle" {...handle}>
          <Marker slot={slot} size={13} />
        </span>
        {head}
        <div className="row-tools">
          {visibility && <Visibility name={name} {...visibility} />}
          <button
            type="button"
            aria-label={`${name}: move up`}
            title="Move up"
            disabled={index === 0}
            onClick={on.onMoveUp}
          >
            <Icon name="up" />
          </button>
          <button
            type="button"
            aria-label={`${name}: duplicate`}
            title="Duplicate"
            disabled={count >= most}
            onClick={on.onDuplicate}
          >
            <Icon name="copy" />
          </button>
          <button
            type="button"
            aria-label={`${name}: remove`}
            title="Remove"
            disabled={count <= 1}
            onClick={on.onRemove}
          >
            <Icon name="remove" />
          </button>
        </div>
      </div>
      <div className="contender-body">{children}</div>
    </li>
  );
}
