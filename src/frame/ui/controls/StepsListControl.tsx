import { Labelled } from './Labelled.tsx';
import { useDraft } from './useDraft.ts';

/** A rising list of whole numbers, as text. */
export function readRising(text: string, { most, largest }: { readonly most: number; readonly largest: number }) {
  const list = text.split(/[\s,.;]+/).filter((t) => t !== '');
  const odd = list.find((t) => !/^\d+$/.test(t) || Number(t) < 1 || Number(t) > largest);
  if (odd !== undefined) return new Error(`“${odd.slice(0, 20)}” is not a whole number from 1 to ${largest}.`);
  const numbers = list.map(Number);
  const fall = numbers.findIndex((v, i) => i > 0 && v <= numbers[i - 1]!);
  if (fall > 0) return new Error(`${numbers[fall]} does not rise above the ${numbers[fall - 1]} before it.`);
  if (numbers.length < 1 || numbers.length > most)
    return new Error(`Takes 1 to ${most} numbers; these are ${numbers.length}.`);
  return numbers;
}

interface Props {
  readonly label: string;
  readonly help: string;
  readonly value: readonly number[];
  readonly usual: readonly number[];
  readonly most: number;
  readonly largest: number;
  onChange(list: readonly number[]): void;
}

/** Budgets or numbers of steps of a sweep. */
export function StepsListControl({ label, help, value, usual, most, largest, onChange }: Props) {
  const draft = useDraft(value, {
    format: (list: readonly number[]) => list.join(' '),
    read: (text): readonly number[] | Error => readRising(text, { most, largest }),
    onChange,
  });
  return (
    <Labelled className="wide" label={label} problem={draft.problem} help={help}>
      {({ id, describedBy }) => (
        <div className="with-button">
          <input
            id={id}
            type="text"
            value={draft.text}
            aria-describedby={describedBy}
            aria-invalid={draft.problem !== null}
            spellCheck={false}
            onBlur={draft.leave}
            onKeyDown={(e) => draft.onKey(e.key)}
            onChange={(e) => draft.type(e.target.value)}
          />
          <button
            type="button"
            onClick={() => {
              draft.drop();
              onChange(usual);
            }}
          >
            Default
          </button>
        </div>
      )}
    </Labelled>
  );
}
