import { Labelled } from '../../../../frame/ui/controls/Labelled.tsx';
import { useDraft } from '../../../../frame/ui/controls/useDraft.ts';
import type { guidanceFields } from '../../config/fields.ts';
import { setGuidance } from '../../state/experimentStore.ts';

interface Props {
  readonly name: string;
  readonly index: number;
  readonly above: number;
  readonly upTo: number;
  readonly fields: ReturnType<typeof guidanceFields>;
}
interface Interval {
  readonly guideAbove: number;
  readonly guideUpTo: number;
}

/** The levels at which guidance acts, as “0.3 … 5”; empty for all. */
export function IntervalControl({ name, index, above, upTo, fields }: Props) {
  const draft = useDraft<Interval>(
    { guideAbove: above, guideUpTo: upTo },
    {
      format: ({ guideAbove, guideUpTo }) =>
        guideAbove === 0 && guideUpTo === Infinity ? '' : `${guideAbove} … ${fields.guideUpTo.format(guideUpTo)}`,
      read(text) {
        const parts = text.split(/\s*(?:…|\.\.\.?|\s-\s|\s+)\s*/).filter((t) => t !== '');
        if (parts.length === 0) return { guideAbove: 0, guideUpTo: Infinity };
        const guideAbove = fields.guideAbove.parse(parts[0]!);
        const guideUpTo = parts[1] === undefined ? Infinity : fields.guideUpTo.parse(parts[1]);
        if (guideAbove === undefined || guideUpTo === undefined || parts.length > 2)
          return new Error('Write two noise levels, as 0.3 … 5.');
        return guideAbove < guideUpTo
          ? { guideAbove, guideUpTo }
          : new Error(`${guideAbove} is not below ${guideUpTo}.`);
      },
      onChange: (interval) => setGuidance(index, interval),
    },
  );
  return (
    <Labelled
      className="wide"
      label="Guided at σ"
      help="Guidance acts at noise levels above the first number and up to the second; empty for all. Elsewhere the network runs once instead of twice."
      problem={draft.problem}
    >
      {({ id, describedBy }) => (
        <input
          id={id}
          type="text"
          placeholder="all levels"
          aria-label={`${name}: levels at which guidance acts`}
          aria-describedby={describedBy}
          aria-invalid={draft.problem !== null}
          spellCheck={false}
          value={draft.text}
          onBlur={draft.leave}
          onKeyDown={(e) => draft.onKey(e.key)}
          onChange={(e) => draft.type(e.target.value)}
        />
      )}
    </Labelled>
  );
}
