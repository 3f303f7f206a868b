import type { ReactNode } from 'react';
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
  onHighlight(slot: number | null): void;
  onMoveUp(): void;
  onDuplicate(): void;
  onRemove(): void;
}

/** How a contender is called where there is no room for more. */
export const contenderName = (index: number): string => `Contender ${index + 1}`;

/** A row of a comparison: colour and marker, what it is, and its tools. */
export function ContenderShell({ slot, index, count, most, refused = false, head, children, ...on }: Props) {
  const name = contenderName(index);
  return (
    <li
      className={`contender${refused ? ' refused' : ''}`}
      data-testid={`contender-${index}`}
      onPointerEnter={() => on.onHighlight(slot)}
      onPointerLeave={() => on.onHighlight(null)}
    >
      <div className="contender-head">
        <Marker slot={slot} size={13} />
        {head}
        <div className="row-tools">
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
