import { useEffect, useMemo, useRef } from 'react';
import { pathOf } from '../../config/talk.ts';
import { fitsLink } from '../../config/talkText.ts';
import { answer, begin, exportTalk, importTalk, stop } from '../../state/chat/session.ts';
import { useLanguage, useModel } from '../hooks.ts';
import { Composer } from './Composer.tsx';
import { useChat } from './hooks.ts';
import { LiveReplies, Replies } from './Replies.tsx';
import { UserTurn } from './UserTurn.tsx';
import { Verdict } from './Verdict.tsx';

/** The turns as they stand, and the next one. */
export function Conversation() {
  const talk = useLanguage((s) => s.experiment.talk);
  const path = useMemo(() => pathOf(talk), [talk]);
  const phase = useChat((s) => s.phase);
  const status = useChat((s) => s.status);
  const parent = useChat((s) => s.parent);
  const failure = useChat((s) => s.failure);
  const reading = useChat((s) => s.reading);
  const remarks = useChat((s) => s.remarks);
  const loading = useModel((s) => s.phase === 'loading');
  const file = useRef<HTMLInputElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const answering = phase === 'running';
  // While a turn is answered, what is below it is not the conversation.
  const at = answering ? path.findIndex((t) => t.id === parent) : -1;
  const shown = at < 0 ? path : path.slice(0, at + 1);
  const last = shown.at(-1);
  useEffect(() => void (answering && end.current?.scrollIntoView({ block: 'nearest' })), [answering]);
  return (
    <div className="bench chat-bench">
      <div className="stage-bar">
        <span role="status" data-testid="chat-status" data-phase={phase}>
          {answering && loading ? 'Loading the model' : words(phase, status)}
          {answering && reading && ` · ${reading.reused} tokens reused, ${reading.read} read`}
        </span>
        <div className="chat-tools">
          {answering && (
            <button type="button" onClick={stop}>
              Stop
            </button>
          )}
          <button
            type="button"
            onClick={begin}
            disabled={path.length === 0}
            title="Empties the conversation; Undo brings it back"
          >
            New
          </button>
          <button type="button" onClick={exportTalk} disabled={path.length === 0} title="The whole tree as JSON">
            Export
          </button>
          <button
            type="button"
            onClick={() => file.current?.click()}
            title="A file of this page’s, or a JSON list of messages"
          >
            Import…
          </button>
          <input
            ref={file}
            type="file"
            hidden
            accept=".json,application/json"
            aria-label="Conversation file"
            onChange={(e) => {
              const [chosen] = e.target.files ?? [];
              e.target.value = '';
              if (chosen) void importTalk(chosen);
            }}
          />
        </div>
      </div>
      <Verdict />
      {remarks.map((r) => (
        <p key={r.text} className="remark" role="status">
          {r.text}
        </p>
      ))}
      <ol className="turns" aria-label="Conversation">
        {shown.map((turn, i) => (
          <li key={turn.id} className={`turn ${turn.role}`} data-testid={`turn-${i}`}>
            {turn.role === 'user' ? <UserTurn turn={turn} /> : <Replies turn={turn} last={i === shown.length - 1} />}
          </li>
        ))}
        {answering && (
          <li className="turn assistant" data-testid="live">
            <LiveReplies />
          </li>
        )}
      </ol>
      {failure && (
        <p className="refusal" role="alert">
          {failure.message} {failure.hint}
        </p>
      )}
      {!answering && last?.role === 'user' && (
        <p>
          <button type="button" className="primary" onClick={() => void answer(last.id)}>
            Write the reply
          </button>
        </p>
      )}
      {path.length === 0 && (
        <p className="fine">Say something: every contender answers, and you choose which answer goes on.</p>
      )}
      {!fitsLink(path) && <p className="fine">This conversation is too long for a link: export it to pass it on.</p>}
      <Composer />
      <div ref={end} />
    </div>
  );
}

function words(phase: string, status: string): string {
  if (phase === 'running') return status;
  if (phase === 'cancelled') return 'Stopped';
  return phase === 'failed' ? 'Failed' : 'Your turn';
}
