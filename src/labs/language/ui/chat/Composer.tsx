import { useState } from 'react';
import { MAX_PROMPT } from '../../config/fields.ts';
import { send } from '../../state/chat/session.ts';

/** The reader's next turn. */
export function Composer() {
  const [text, setText] = useState('');
  const go = () => {
    if (text.trim() !== '' && send(text)) setText('');
  };
  return (
    <form
      className="composer"
      onSubmit={(e) => {
        e.preventDefault();
        go();
      }}
    >
      <textarea
        rows={2}
        value={text}
        maxLength={MAX_PROMPT}
        aria-label="Your turn"
        placeholder="Your turn. Enter sends, Shift+Enter begins a line."
        data-testid="composer"
        enterKeyHint="send"
        onChange={(e) => setText(e.target.value)}
        onKeyDown={(e) => {
          if (e.key !== 'Enter' || e.shiftKey || e.nativeEvent.isComposing) return;
          e.preventDefault();
          go();
        }}
      />
      <button type="submit" className="primary" disabled={text.trim() === ''}>
        Send
      </button>
    </form>
  );
}
