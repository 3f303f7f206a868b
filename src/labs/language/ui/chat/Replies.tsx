import { useState } from 'react';
import { formatContender } from '../../config/contenderText.ts';
import { following, type Turn } from '../../config/talk.ts';
import { answer, choose, edit, textOf } from '../../state/chat/session.ts';
import { textKey } from '../../state/texts.ts';
import { Marker } from '../../../../frame/ui/Marker.tsx';
import { useLanguage, useLanguageNames } from '../hooks.ts';
import { decodeSpeed, speed } from '../text.ts';
import { EditBox } from './EditBox.tsx';
import { useChat } from './hooks.ts';
import { Spoken } from './Spoken.tsx';
import { TurnTools } from './TurnTools.tsx';

/** The replies to a turn: of the last one all, side by side, of earlier ones that with which the conversation went on. */
export function Replies({ turn, last }: { turn: Turn; last: boolean }) {
  const talk = useLanguage((s) => s.experiment.talk);
  const [all, setAll] = useState(false);
  const [editing, setEditing] = useState(false);
  const every = following(talk, turn.parent);
  const shown = last || all ? every : [turn];
  return (
    <>
      <div
        className={`replies${shown.length > 1 ? ' several' : ''}`}
        role={shown.length > 1 ? 'group' : undefined}
        aria-label={shown.length > 1 ? 'Replies' : undefined}
      >
        {shown.map((t) =>
          t.id === turn.id && editing ? (
            <EditBox
              key={t.id}
              text={t.text}
              label="Reply, edited"
              save="Save"
              onCancel={() => setEditing(false)}
              onSave={(text) => {
                setEditing(false);
                edit(t.id, text);
              }}
            />
          ) : (
            <Reply key={t.id} turn={t} chosen={t.id === turn.id} choice={shown.length > 1} />
          ),
        )}
      </div>
      <TurnTools turn={turn} what="reply" onEdit={() => setEditing(true)}>
        {every.length > 1 && !last && (
          <button type="button" className="plain" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? 'Show one' : `Show all ${every.length}`}
          </button>
        )}
        {turn.parent > 0 && (
          <button
            type="button"
            className="plain"
            title="Another attempt, with other random numbers"
            onClick={() => void answer(turn.parent)}
          >
            Regenerate
          </button>
        )}
      </TurnTools>
    </>
  );
}

/** Who wrote it, as the contenders are called now. */
function Name({ contender }: { contender: string }) {
  const contenders = useLanguage((s) => s.experiment.contenders);
  const slots = useLanguage((s) => s.slots);
  const { titles, rests } = useLanguageNames();
  const at = contenders.findIndex((c) => formatContender(c) === contender);
  return (
    <div className="caption-title">
      {at >= 0 && <Marker slot={slots[at]!} />}
      <b title={at >= 0 ? rests[at] : undefined}>{at >= 0 ? titles[at] : contender}</b>
    </div>
  );
}

function Reply({ turn, chosen, choice }: { turn: Turn; chosen: boolean; choice: boolean }) {
  const { by } = turn;
  return (
    <article
      className={`reply${chosen && choice ? ' chosen' : ''}`}
      data-testid="reply"
      aria-label={chosen ? 'Reply that goes on' : 'Reply'}
    >
      {by ? <Name contender={by.contender} /> : <div className="caption-title fine">by hand</div>}
      <Spoken text={turn.text} />
      <div className="caption-numbers" data-testid="reply-numbers">
        {by && by.tokens > 0 && (
          <>
            <span title="Tokens of the conversation before it that were read for an earlier turn, of all of them">
              {by.reused} of {by.prompt} tokens reused
            </span>
            <span>{by.tokens} tokens</span>
            {by.speed !== null && (
              <span>
                <b>{speed(by.speed)}</b> tok/s
              </span>
            )}
            {by.tries > 0 && <span>attempt {by.tries + 1}</span>}
            <span className="end-reason">{by.why}</span>
          </>
        )}
      </div>
      {choice && (
        <button type="button" className="go-on" aria-pressed={chosen} onClick={() => choose(turn.id)}>
          {chosen ? 'Goes on' : 'Go on from this one'}
        </button>
      )}
    </article>
  );
}

/** Replies while they are written. */
export function LiveReplies() {
  const contenders = useChat((s) => s.contenders);
  const texts = useChat((s) => s.texts);
  const costs = useChat((s) => s.costs);
  return (
    <div className={`replies${contenders.length > 1 ? ' several' : ''}`} aria-busy="true">
      {contenders.map((c, i) => {
        const cost = costs[i];
        const text = texts[textKey(i, 0)];
        return (
          <article key={i} className="reply" aria-label={`Reply ${i + 1}, being written`}>
            <Name contender={formatContender(c)} />
            <Spoken text={textOf({ texts }, i)} live />
            <div className="caption-numbers">
              <span>{text ? `${text.fresh} tokens` : 'waiting'}</span>
              {cost && (
                <span>
                  <b>{speed(decodeSpeed(cost))}</b> tok/s
                </span>
              )}
              <span className="end-reason">{text?.end?.why}</span>
            </div>
          </article>
        );
      })}
    </div>
  );
}
