import type { LanguageRun } from '../../state/runStore.ts';

/** Why a text ended, or that it has not yet; nothing for a text of an older run without an end. */
export function endWords(
  text: LanguageRun['texts'][string] | undefined,
  run: number,
  phase: LanguageRun['phase'],
): string {
  if (text?.end) return text.end.why;
  if (text?.run !== run) return '';
  if (phase === 'running') return 'writing…';
  return phase === 'cancelled' || phase === 'failed' ? 'stopped' : '';
}
