import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { ParamValue } from '../../../core/field.ts';
import { found, groupsOf, moved, type Hit, type Missing, type PickerItem } from './search.ts';

interface Props<Id extends string> {
  /** What is chosen, e.g. "Contender 2: sampler". */
  readonly label: string;
  readonly items: readonly PickerItem<Id>[];
  readonly value: Id;
  /** The button that opened it: the list stands under that. */
  readonly anchor: HTMLElement;
  /** The part of a text to search for where the whole of it is nobody's name. */
  reduce?(text: string): string | null;
  /** What is known of a name that nothing here has. */
  missing?(text: string): Missing<Id> | null;
  /** `text` is what was typed. */
  onPick(id: Id, params: Readonly<Record<string, ParamValue>>, text: string): void;
  onClose(): void;
  /** How an entry is marked beside its facts, where something is known of it. */
  markOf?(id: Id): Mark | null;
  /** More on the marked entry, at the foot. */
  more?(id: Id): ReactNode;
}
export interface Mark {
  readonly sign: string;
  readonly className: string;
  readonly text: string;
}

const WIDTH = 440;
const EDGE = 8;
/** Under a button with less room than this the list stands above it: search, groups and the foot take 240 of a long one. */
const LEAST_HEIGHT = 480;
/** Entries from which on groups can be jumped to. */
const LONG = 40;

/** Under its button, or above it where there is more room; over the window's whole height where neither has enough. */
function placeOf(anchor: DOMRect): { left: number; width: number; top?: number; bottom?: number; maxHeight: number } {
  const width = Math.min(WIDTH, innerWidth - 2 * EDGE);
  if (innerWidth < 600) return { left: EDGE, width, top: EDGE, maxHeight: innerHeight - 2 * EDGE };
  const left = Math.max(EDGE, Math.min(anchor.left, innerWidth - EDGE - width));
  const under = innerHeight - anchor.bottom - EDGE - 4;
  const above = anchor.top - EDGE - 4;
  if (Math.max(under, above) < LEAST_HEIGHT) return { left, width, top: EDGE, maxHeight: innerHeight - 2 * EDGE };
  return under >= LEAST_HEIGHT || under >= above
    ? { left, width, top: anchor.bottom + 4, maxHeight: under }
    : { left, width, bottom: innerHeight - anchor.top + 4, maxHeight: above };
}

/**
 * A menu that is searched: a combobox with its list, in groups while nothing is typed. Arrow keys, Page, Home and End
 * move the mark, Enter takes it, Escape or a press outside leaves things as they are.
 */
export default function PickerDialog<Id extends string>(props: Props<Id>) {
  const { label, items, value, anchor, reduce, missing, onPick, onClose, markOf, more } = props;
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const { hits, lacking } = useMemo(() => {
    const direct = found(items, text);
    const shorter = direct.length > 0 ? null : (reduce?.(text) ?? null);
    const hits = shorter === null ? direct : found(items, shorter);
    const lacking = hits.length > 0 ? null : (missing?.(text) ?? null);
    const nearest = items.filter(({ id }) => id === lacking?.id).map((item): Hit<Id> => ({ item, by: null }));
    return { hits: lacking ? nearest : hits, lacking };
  }, [items, text, reduce, missing]);
  const [mark, setMark] = useState(() =>
    Math.max(
      0,
      items.findIndex((i) => i.id === value),
    ),
  );
  const at = Math.min(mark, hits.length - 1);
  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    // Chromium’s gives a promise, which is no clean-up.
    void list.current?.querySelector('[data-marked]')?.scrollIntoView({ block: 'nearest' });
  }, [at, hits]);
  // The dialog gives the focus back to its button before it goes.
  // The browser tells of the closing only later: by then a key may have opened the menu again, which must stay open.
  const ended = useRef(false);
  const end = () => {
    if (ended.current) return;
    ended.current = true;
    onClose();
  };
  const close = () => {
    dialog.current?.close();
    end();
  };
  const pick = ({ item, by }: Hit<Id>) => {
    onPick(item.id, by?.params ?? {}, text);
    close();
  };
  const onKey = (e: KeyboardEvent) => {
    const to = moved(at, e.key, hits.length);
    // In a text that was typed, Home and End are the text's.
    const ofText = text !== '' && (e.key === 'Home' || e.key === 'End');
    if (e.key === 'Enter' && hits[at]) pick(hits[at]);
    // A search box takes the first Escape for itself.
    else if (e.key === 'Escape') close();
    else if (to !== at && !ofText) setMark(to);
    else return;
    e.preventDefault();
  };
  const marked = hits[at];
  const sections = groupsOf(hits, text);
  /** To the head of a group, with its first entry marked; the keys go on in the list. */
  const jump = (from: number) => {
    setMark(from);
    list.current?.querySelectorAll('[role="option"]')[from]?.parentElement?.scrollIntoView({ block: 'start' });
    search.current?.focus();
  };
  return (
    <dialog
      ref={dialog}
      className="picker-list"
      style={placeOf(anchor.getBoundingClientRect())}
      aria-label={label}
      onClose={end}
      onClick={(e) => e.target === dialog.current && close()}
    >
      <div className="picker-inner">
        <div className="picker-head">
          <input
            ref={search}
            type="search"
            role="combobox"
            aria-label={`${label}: search`}
            aria-expanded="true"
            aria-controls={`${id}l`}
            aria-autocomplete="list"
            aria-activedescendant={marked ? `${id}-${marked.item.id}` : undefined}
            placeholder="Search by any tool’s name"
            autoComplete="off"
            spellCheck={false}
            autoFocus
            value={text}
            onChange={(e) => {
              setText(e.target.value);
              setMark(0);
            }}
            onKeyDown={onKey}
          />
          <button type="button" onClick={close}>
            Close
          </button>
        </div>
        {sections.length > 1 && items.length > LONG && (
          <nav className="picker-jumps" aria-label={`${label}: groups`}>
            {sections.map(({ head, from, hits: own }) => (
              <button
                key={head}
                type="button"
                aria-pressed={at >= from && at < from + own.length}
                onClick={() => jump(from)}
              >
                {head} <span>{own.length}</span>
              </button>
            ))}
          </nav>
        )}
        <div className="picker-items" role="listbox" id={`${id}l`} aria-label={label} ref={list}>
          {sections.map(({ head, from, hits: own }) => (
            <div key={head} role={head ? 'group' : 'presentation'} aria-label={head || undefined}>
              {head && (
                <div className="picker-group" aria-hidden="true">
                  {head}
                </div>
              )}
              {own.map((hit, k) => (
                <Option
                  key={hit.item.id}
                  id={`${id}-${hit.item.id}`}
                  hit={hit}
                  marked={from + k === at}
                  chosen={hit.item.id === value}
                  mark={markOf?.(hit.item.id) ?? null}
                  onMark={() => setMark(from + k)}
                  onPick={() => pick(hit)}
                />
              ))}
            </div>
          ))}
        </div>
        <div className="picker-foot">
          <p role="status">
            {lacking && marked && <b>{`${lacking.because} Nearest here: ${marked.item.title}. `}</b>}
            {marked ? (
              <About {...marked} />
            ) : (
              `Nothing is called “${text.trim()}” here or in the tools whose names are known.`
            )}
          </p>
          {marked && more?.(marked.item.id)}
        </div>
      </div>
    </dialog>
  );
}

interface OptionProps {
  readonly id: string;
  readonly hit: Hit;
  readonly marked: boolean;
  readonly chosen: boolean;
  readonly mark: Mark | null;
  onMark(): void;
  onPick(): void;
}

function Option({ id, hit: { item, by }, marked, chosen, mark, onMark, onPick }: OptionProps) {
  return (
    <div
      id={id}
      role="option"
      aria-selected={chosen}
      data-value={item.id}
      data-marked={marked || undefined}
      onPointerMove={() => marked || onMark()}
      onClick={onPick}
    >
      <b>{item.title}</b>
      <Facts {...item} mark={mark} />
      {by && (
        <span className="picker-alias">
          {by.tool}: {by.name}
        </span>
      )}
    </div>
  );
}

/** Badges to compare rows by; a reader of the screen hears the sentence. */
function Facts({ facts, badges, mark }: Hit['item'] & { readonly mark: Mark | null }) {
  if (!badges) return <span className="picker-facts">{facts}</span>;
  return (
    <span
      className="picker-badges"
      role="img"
      aria-label={mark ? `${facts} · ${mark.text}` : facts}
      title={mark ? `${facts}\n${mark.text}` : facts}
    >
      {mark && (
        <span className={mark.className} aria-hidden="true">
          {mark.sign}
        </span>
      )}
      {badges.map((badge) => (
        <span key={badge} aria-hidden="true">
          {badge}
        </span>
      ))}
    </span>
  );
}

/** What the marked entry does, what it is called elsewhere, and what picking it sets. */
function About({ item, by }: Hit) {
  const names = item.aliases.map((a) => `${a.name} (${a.tool})`).join(', ');
  const set = Object.entries(by?.params ?? {}).map(([key, value]) => `${key} ${String(value)}`);
  return (
    <>
      {item.summary} {set.length > 0 && <b>Sets {set.join(', ')}. </b>}
      {names && <span className="picker-names">Elsewhere: {names}.</span>}
    </>
  );
}
