// A run of the language lab: contenders write side by side from one prompt with the same random numbers.
import { type LanguageExperiment } from '../config/experiment.ts';
import {
  compareLanguageFingerprint,
  formatLanguageFingerprint,
  type LanguageReproduction,
} from '../config/fingerprint.ts';
import { type LanguageLab } from './lab.ts';
import { type WrittenText } from '../../../engine/decoding/texts.ts';

import { runBranch } from './branch.ts';
import { draftSource, prepare, readyFor, refusals, type Emit } from './prepare.ts';
import { Row } from './row.ts';
import { keyOf, type RunMemory } from './runMemory.ts';

export async function runLanguage(
  lab: LanguageLab,
  memory: RunMemory,
  e: LanguageExperiment,
  fingerprint: string | null,
  emit: Emit,
  signal: AbortSignal,
): Promise<{ readonly fingerprint: string; readonly reproduction: LanguageReproduction | null }> {
  await readyFor(e.contenders);
  const able = e.contenders.map((c, index) => {
    const why = refusals(c, e, draftSource(e) !== null);
    for (const text of why) emit({ kind: 'notice', contender: index, text });
    return why.length === 0;
  });
  const prepared = await prepare(
    lab,
    e,
    e.contenders.filter((_, i) => able[i]),
    emit,
    signal,
  );
  const { model, prompt } = prepared;
  const { tokenizer } = model;
  memory.begin(model);
  try {
    emit({ kind: 'prompt', tokens: prompt.map((id) => ({ id, text: tokenizer.piece(id) })) });
    const rows = e.contenders.map((c, contender) =>
      able[contender]
        ? new Row(prepared, e, c, contender, emit, fingerprint === null ? memory.get(keyOf(e, c)) : undefined)
        : null,
    );
    try {
      for (
        let active = rows.filter((r) => r !== null && !r.done);
        active.length > 0;
        active = active.filter((r) => r !== null && !r.done)
      )
        for (const row of active) await row!.turn(signal);
      for (const row of rows)
        if (row?.fresh)
          memory.set(keyOf(e, row.contender), { texts: row.texts.texts, cost: row.cost(), notices: prepared.notices });
      const branches: WrittenText[] = [];
      for (const [index, branch] of e.branches.entries()) {
        const row = rows[branch.contender];
        const text = row
          ? await runBranch(
              prepared,
              e,
              branch,
              index,
              branches[branch.parent] ?? row.texts.texts[branch.sample],
              emit,
              signal,
            )
          : null;
        branches.push(text ?? { tokens: [], records: [], why: null, score: null });
      }
    } finally {
      for (const row of rows) row?.close();
    }
    const texts = rows.map((row) => row?.texts.texts.map((t) => t.tokens) ?? []);
    return {
      fingerprint: formatLanguageFingerprint(texts),
      reproduction: fingerprint === null ? null : compareLanguageFingerprint(fingerprint, texts),
    };
  } finally {
    prepared.close();
  }
}
