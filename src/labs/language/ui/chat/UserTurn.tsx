import { useState } from 'react';
import type { Turn } from '../../config/talk.ts';
import { edit } from '../../state/chat/session.ts';
import { named } from '../text.ts';
import { EditBox } from './EditBox.tsx';
import { TurnTools } from './TurnTools.tsx';

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
      {!editing && <TurnTools turn={turn} what="turn" onEdit={() => setEditing(true)} />}
    </article>
  );
}
