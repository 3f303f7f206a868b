// Where a text stands in a grammar, in words.
import type { Automaton } from './automaton.ts';

const WAYS = 4;
const SHOWN = 12;

/** Bytes as a reader writes them: letters as they are, runs as a–z, others as ‹0a›. */
export function bytesInWords(has: (byte: number) => boolean): string {
  const name = (b: number) => {
    if (b === 32) return 'a blank';
    if (b === 10) return 'a new line';
    return b > 32 && b < 127 ? String.fromCharCode(b) : `‹${b.toString(16).padStart(2, '0')}›`;
  };
  const runs: string[] = [];
  for (let from = 0; from < 128; from++) {
    if (!has(from)) continue;
    let to = from;
    while (to + 1 < 128 && has(to + 1)) to++;
    if (to - from < 2) for (let b = from; b <= to; b++) runs.push(name(b));
    else runs.push(`${name(from)}–${name(to)}`);
    from = to;
  }
  for (let b = 128; b < 256; b++)
    if (has(b)) {
      runs.push('characters beyond ASCII');
      break;
    }
  return runs.length > SHOWN ? `${runs.slice(0, SHOWN).join(' ')} and more` : runs.join(' ');
}

/** "In digits, in number, in root." and "Next: 0–9 +; the text may end here." */
export function stateInWords(automaton: Automaton, state: number): string[] {
  const { positions, ends } = automaton.states[state]!;
  const ways = [
    ...new Set(automaton.open(state, WAYS).map((way) => way.filter((n, i) => n !== way[i - 1]).join(', in '))),
  ];
  const next = bytesInWords((byte) =>
    [...positions].some((p) => automaton.network.positions[p]!.bytes.some((e) => e.from <= byte && byte <= e.to)),
  );
  const out: string[] = [];
  if (ways.length > 0) out.push(`In ${ways.join('; or in ')}${positions.length > WAYS ? '; or elsewhere' : ''}.`);
  if (next === '') out.push('The text is complete: only its end may follow.');
  else out.push(`Next: ${next}${ends ? '; or the end of the text' : ''}.`);
  return out;
}
