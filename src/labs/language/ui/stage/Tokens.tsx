import { memo } from 'react';
import type { ShownToken } from '../../state/types.ts';
import type { Tint } from '../../state/viewStore.ts';
import { running, tintClass } from '../text.ts';

/**
 * Tokens are drawn in blocks, and only the blocks that changed: a long text costs no more per frame than a short one.
 */
const BLOCK = 32;

interface Props {
  readonly tokens: readonly ShownToken[];
  /** Place of the first token to show. */
  readonly start: number;
  /** Tokens from here on are of the run before. */
  readonly fresh: number;
  readonly tint: Tint;
  /** The baseline's text and where this one parts from it; null when nothing is marked. */
  readonly against: readonly ShownToken[] | null;
  readonly divergence: number | null;
  readonly selected: number | null;
}
interface BlockProps extends Props {
  readonly from: number;
  readonly to: number;
}

const inside = (at: number | null, { from, to }: BlockProps) => (at !== null && at >= from && at < to ? at : -1);
const freshIn = ({ fresh, from, to }: BlockProps) => Math.min(Math.max(fresh, from), to);
function sameBlock(a: BlockProps, b: BlockProps): boolean {
  if (
    a.from !== b.from ||
    a.to !== b.to ||
    a.tint !== b.tint ||
    (a.against === null) !== (b.against === null) ||
    freshIn(a) !== freshIn(b) ||
    inside(a.selected, a) !== inside(b.selected, b)
  )
    return false;
  if (
    inside(a.divergence, a) !== inside(b.divergence, b) ||
    (a.divergence ?? Infinity) < a.from !== (b.divergence ?? Infinity) < b.from
  )
    return false;
  for (let i = a.from; i < a.to; i++)
    if (a.tokens[i] !== b.tokens[i] || a.against?.[i]?.id !== b.against?.[i]?.id) return false;
  return true;
}

const Block = memo(function Block({ tokens, from, to, fresh, tint, against, divergence, selected }: BlockProps) {
  return tokens.slice(from, to).map((t, k) => {
    const at = from + k;
    const other =
      against !== null &&
      divergence !== null &&
      at >= divergence &&
      against[at] !== undefined &&
      against[at].id !== t.id;
    const names = [
      'token',
      tintClass(tint, t.record),
      other && 'other',
      at >= fresh && 'old',
      at === selected && 'selected',
    ]
      .filter(Boolean)
      .join(' ');
    return (
      <span key={at} className={names} data-at={at}>
        {against !== null && at === divergence && (
          <i className="diverges" title="Here this text parts from the baseline’s" aria-label="diverges here" />
        )}
        {running(t.text)}
      </span>
    );
  });
}, sameBlock);

/** A text as tokens that can be pointed at. */
export function Tokens(props: Props) {
  const { tokens, start } = props;
  const blocks: number[] = [];
  for (let from = start - (start % BLOCK); from < tokens.length; from += BLOCK) blocks.push(from);
  return blocks.map((from) => (
    <Block key={from} {...props} from={Math.max(from, start)} to={Math.min(from + BLOCK, tokens.length)} />
  ));
}
