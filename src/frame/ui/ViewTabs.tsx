import { useEffect, useRef } from 'react';

interface Props<V extends string> {
  readonly label: string;
  readonly views: readonly { readonly id: V; readonly title: string; readonly help: string }[];
  readonly now: V;
  /** Views where work goes on: a dot marks them. */
  readonly busy: Readonly<Record<V, boolean>>;
  onPick(view: V): void;
}

/** The views of a lab. */
export function ViewTabs<V extends string>({ label, views, now, busy, onPick }: Props<V>) {
  const row = useRef<HTMLElement>(null);
  // `void`: new browsers answer scrolling with a promise, which React would take for a clean-up.
  useEffect(
    () => void row.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' }),
    [now],
  );
  return (
    <nav className="views" ref={row} aria-label={label}>
      {views.map(({ id, title, help }) => (
        <button
          key={id}
          type="button"
          aria-current={id === now ? 'page' : undefined}
          title={help}
          onClick={() => onPick(id)}
        >
          {title}
          {busy[id] && <span className="busy" role="img" aria-label="at work" />}
        </button>
      ))}
    </nav>
  );
}
