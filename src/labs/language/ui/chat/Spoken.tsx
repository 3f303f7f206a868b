import { thoughtOf } from '../../config/thinking.ts';
import { named } from '../text.ts';

/** A reply's text, with what it thought aloud folded away. */
export function Spoken({ text, live = false }: { text: string; live?: boolean }) {
  const { thinking, answer, open } = thoughtOf(text);
  return (
    <div className="spoken">
      {(thinking !== '' || open) && (
        <details className="thinking">
          <summary>{summary(open, live, thinking.length)}</summary>
          <p>{named(thinking)}</p>
        </details>
      )}
      <p className="said">{named(answer.trim()) || (live ? '…' : '')}</p>
    </div>
  );
}

function summary(open: boolean, live: boolean, length: number): string {
  if (open) return live ? 'Thinking…' : 'Thinking, cut short';
  return `Thought (${length} characters)`;
}
