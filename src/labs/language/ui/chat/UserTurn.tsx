import { useState } from 'react';
import type { Turn } from '../../config/talk.ts';
import { edit, remove } from '../../state/chat/session.ts';
import { named } from '../text.ts';
import { Beside } from './Beside.tsx';
import { EditBox } from './EditBox.tsx';

/** A turn of the reader's. */
export function UserTurn({ turn }: { turn: Turn }) {
  const [editing, setEditing] = useState(false);
  return (
    <article aria-label="You">
      {editing ? (
        <EditBox
          text={turn.text}
          label="Your turn, edited"
          save="Send"
          onCancel={() => setEditing(false)}
          onSave={(text) => {
            setEditing(false);
            edit(turn.id, text);
          }}
        />
      ) : (
        <p className="said">{named(turn.text)}</p>
      )}
      {!editing && (
        <div className="turn-tools">
          <Beside turn={turn} />
          <button type="button" className="plain" onClick={() => setEditing(true)}>
            Edit
          </button>
          <button
            type="button"
            className="plain"
            title="This turn and all that follows it; Undo brings it back"
            onClick={() => remove(turn.id)}
          >
            Delete
          </button>
        </div>
      )}
    </article>
  );
}
