import type { ReactNode } from 'react';
import type { Turn } from '../../config/talk.ts';
import { remove } from '../../state/chat/session.ts';
import { Beside } from './Beside.tsx';

/** What can be done with a turn: its siblings, editing, removing; `children` come before these two. */
export function TurnTools(props: {
  readonly turn: Turn;
  /** What is removed with all that follows it. */
  readonly what: 'turn' | 'reply';
  readonly onEdit: () => void;
  readonly children?: ReactNode;
}) {
  return (
    <div className="turn-tools">
      <Beside turn={props.turn} />
      {props.children}
      <button type="button" className="plain" onClick={props.onEdit}>
        Edit
      </button>
      <button
        type="button"
        className="plain"
        title={`This ${props.what} and all that follows it; Undo brings it back`}
        onClick={() => remove(props.turn.id)}
      >
        Delete
      </button>
    </div>
  );
}
