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
  /** Where the text parts from the baseline's, which is marked; null when nothing is. */
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
    freshIn(a) !== freshIn(b) ||
    inside(a.selected, a) !== inside(b.selected, b)
  )
    return false;
  if (inside(a.divergence, a) !== inside(b.divergence, b)) return false;
  for (let i = a.from; i < a.to; i++) if (a.tokens[i] !== b.tokens[i]) return false;
  return true;
}

const Block = memo(function Block({ tokens, from, to, fresh, tint, divergence, selected }: BlockProps) {
  return tokens.slice(from, to).map((t, k) => {
    const at = from + k;
    const names = ['token', tintClass(tint, t.record), at >= fresh && 'old', at === selected && 'selected']
      .filter(Boolean)
      .join(' ');
    return (
      <span key={at} className={names} data-at={at}>
        {at === divergence && (
          <i
            className="diverges"
            title="Here the text parts from the one that it is compared with"
            aria-label="diverges here"
          />
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
