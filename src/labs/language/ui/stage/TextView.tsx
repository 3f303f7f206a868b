import { useEffect, useRef, useState, type KeyboardEvent, type MouseEvent, type PointerEvent } from 'react';
import { inspect } from '../../state/inspector.ts';
import type { ShownToken, Slot } from '../../state/types.ts';
import type { Tint } from '../../state/viewStore.ts';
import { named, tokenFacts } from '../text.ts';
import { Tokens } from './Tokens.tsx';

interface Props {
  readonly name: string;
  readonly id: string;
  readonly slot: Slot;
  readonly sample: number;
  readonly path: string;
  /** Shown before the text, in grey. */
  readonly lead: string;
  readonly tokens: readonly ShownToken[];
  readonly fresh: number;
  readonly tint: Tint;
  readonly divergence: number | null;
  readonly selected: number | null;
  readonly streaming: boolean;
}
const tokenOf = (target: EventTarget) => (target instanceof Element ? target.closest<HTMLElement>('.token') : null);

/** One text: hovering a token tells of it, pressing it opens the inspector; arrow keys and Enter do the same. */
export function TextView({
  name,
  id,
  slot,
  sample,
  path,
  lead,
  tokens,
  fresh,
  tint,
  divergence,
  selected,
  streaming,
}: Props) {
  const box = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const [tip, setTip] = useState<{ readonly at: number; readonly left: number; readonly top: number } | null>(null);
  const [cursor, setCursor] = useState<number | null>(null);
  const shown = tip ? tokens[tip.at] : undefined;
  // Streaming text stays in view until the reader scrolls up.
  useEffect(() => {
    const element = box.current;
    if (element && streaming && following.current) element.scrollTop = element.scrollHeight;
  }, [tokens, streaming]);
  const point = (token: HTMLElement | null) => {
    const element = box.current;
    if (!token || !element) return setTip(null);
    setTip({
      at: Number(token.dataset['at']),
      left: token.offsetLeft,
      top: token.offsetTop - element.scrollTop + token.offsetHeight,
    });
  };
  const choose = (at: number) => void inspect({ slot, sample, path, at });
  const onClick = (e: MouseEvent) => {
    const token = tokenOf(e.target);
    if (token) choose(Number(token.dataset['at']));
  };
  const onKey = (e: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 10, ArrowUp: -10 }[e.key];
    const now = selected ?? cursor;
    // A second Enter goes on into the explanation.
    if (e.key === 'Enter' && now !== null && now === selected)
      document.querySelector<HTMLElement>('.token-inspector .candidate')?.focus();
    else if (e.key === 'Enter' && now !== null) choose(now);
    else if (by && tokens.length > 0) {
      const at = now === null ? 0 : Math.min(tokens.length - 1, Math.max(0, now + by));
      setCursor(at);
      if (selected !== null) choose(at);
      const token = box.current?.querySelector<HTMLElement>(`[data-at="${at}"]`) ?? null;
      token?.scrollIntoView({ block: 'nearest' });
      point(token);
    } else return;
    e.preventDefault();
  };
  return (
    <div className="text-frame">
      <div
        ref={box}
        className="text"
        role="group"
        tabIndex={0}
        data-testid={id}
        data-tokens={tokens.length}
        aria-label={`${name}: text; arrow keys choose a token, Enter explains it, Enter again goes into the explanation`}
        onClick={onClick}
        onKeyDown={onKey}
        onPointerOver={(e: PointerEvent) => e.pointerType !== 'touch' && point(tokenOf(e.target))}
        onPointerLeave={() => setTip(null)}
        onBlur={() => {
          setTip(null);
          setCursor(null);
        }}
        onScroll={(e) => {
          following.current =
            e.currentTarget.scrollHeight - e.currentTarget.scrollTop - e.currentTarget.clientHeight < 24;
          setTip(null);
        }}
      >
        <span className="lead">{named(lead)}</span>
        <Tokens
          tokens={tokens}
          start={0}
          fresh={fresh}
          tint={tint}
          divergence={divergence}
          selected={selected ?? cursor}
        />
        {streaming && <span className="caret" aria-hidden="true" />}
      </div>
      {tip && shown && (
        <div className="token-tip" style={{ top: tip.top }}>
          <i style={{ flexBasis: tip.left }} />
          <span role="tooltip">{tokenFacts(shown)}</span>
        </div>
      )}
    </div>
  );
}
