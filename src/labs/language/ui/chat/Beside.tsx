import { following, type Turn } from '../../config/talk.ts';
import { beside } from '../../state/chat/session.ts';
import { useLanguage } from '../hooks.ts';

/** ‹ 2/3 ›: the turns that stand in the same place. */
export function Beside({ turn }: { turn: Turn }) {
  const talk = useLanguage((s) => s.experiment.talk);
  const all = following(talk, turn.parent);
  if (all.length < 2) return null;
  return (
    <span className="beside" role="group" aria-label="Versions of this turn">
      <button type="button" className="plain" aria-label="The version before" onClick={() => beside(turn.id, -1)}>
        ‹
      </button>
      <span data-testid="beside">
        {all.findIndex((t) => t.id === turn.id) + 1}/{all.length}
      </span>
      <button type="button" className="plain" aria-label="The next version" onClick={() => beside(turn.id, 1)}>
        ›
      </button>
    </span>
  );
}
