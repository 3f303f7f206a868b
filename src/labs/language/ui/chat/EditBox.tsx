import { useState } from 'react';
import { MAX_TURN_TEXT } from '../../config/talk.ts';

interface Props {
  readonly text: string;
  readonly label: string;
  readonly save: string;
  onSave(text: string): void;
  onCancel(): void;
}

/** Another text for a turn. */
export function EditBox({ text, label, save, onSave, onCancel }: Props) {
  const [now, setNow] = useState(text);
  return (
    <div className="edit-box">
      <textarea
        // It takes the place of what was pressed.
        ref={(box) => box?.focus()}
        rows={Math.min(12, Math.max(2, now.split('\n').length + 1))}
        value={now}
        maxLength={MAX_TURN_TEXT}
        aria-label={label}
        onChange={(e) => setNow(e.target.value)}
        onKeyDown={(e) => {
          if (e.key === 'Escape') onCancel();
          else if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) onSave(now);
          else return;
          e.preventDefault();
          e.stopPropagation();
        }}
      />
      <div className="turn-tools">
        <button type="button" className="primary" disabled={now.trim() === ''} onClick={() => onSave(now)}>
          {save}
        </button>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </div>
  );
}
