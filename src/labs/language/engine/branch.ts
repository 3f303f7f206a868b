// A branch: the text goes another way from a token that the reader picked.
import { algorithmOf, contenderTitle, samplesOf, stageOf } from '../config/contenderText.ts';
import { type Branch, type LanguageExperiment } from '../config/experiment.ts';
import { recordOf } from '../../../samplers/decoding/chain.ts';
import { endOf } from '../../../samplers/decoding/common.ts';
import { throwIfCancelled } from '../../../core/cancel.ts';
import { DecodingRun } from '../../../engine/decoding/decodingRun.ts';
import { Texts, type WrittenText } from '../../../engine/decoding/texts.ts';

import type { Prepared, Emit } from './prepare.ts';
import { cutOf } from './row.ts';

/** A text that goes another way from a token on, which the reader picked. */
export async function runBranch(
  prepared: Prepared,
  e: LanguageExperiment,
  branch: Branch,
  index: number,
  parent: WrittenText | undefined,
  emit: Emit,
  signal: AbortSignal,
): Promise<WrittenText | null> {
  const { model, models, prompt } = prepared;
  const c = e.contenders[branch.contender]!;
  const texts = new Texts(prepared.after, { contender: branch.contender, branch: index }, 1, branch.sample, emit);
  if (!parent || branch.at > parent.tokens.length || branch.token >= model.config.vocab) {
    const why = !parent
      ? `leaves text ${branch.sample + 1}, which ${contenderTitle(c)} does not write`
      : `leaves its text at token ${branch.at + 1}, but the text has ${parent.tokens.length}${branch.token >= model.config.vocab ? ', and its token is not in the vocabulary' : ''}`;
    emit({ kind: 'notice', contender: branch.contender, text: `Branch ${index + 1} ${why}: it was left out.` });
    return null;
  }
  const adaptive = c.chain.map((l) => stageOf(l.stage)).filter((s) => s.start);
  if (adaptive.length > 0)
    emit({
      kind: 'notice',
      contender: branch.contender,
      text: `${adaptive.map((s) => s.title).join(' and ')} adapts to what was drawn, and a branch begins with a fresh memory: even the same token may lead elsewhere.`,
    });
  throwIfCancelled(signal);
  // What the model thought of the picked token.
  const before = parent.tokens.slice(0, branch.at);
  const id = await models.target.open();
  try {
    const { logits } = await models.target.forward([{ sequence: id, tokens: [...prompt, ...before] }], {
      want: 'last',
    });
    for (const [i, token] of before.entries()) texts.share(0, token, parent.records[i]!);
    texts.emit(0, branch.token, recordOf(logits[0]![0]!, null, branch.token, null, 'reader'));
  } finally {
    models.target.release(id);
  }
  const whole = prepared.request(c);
  const picked = endOf(whole, [...prompt, ...before, branch.token]);
  const left = e.maxTokens - before.length - 1;
  if (picked) texts.end(0, picked);
  else {
    const decoding = new DecodingRun(
      algorithmOf(c.algorithm).run(
        {
          ...whole,
          prompt: [...prompt, ...before, branch.token],
          continued: before.length + 1,
          maxTokens: left,
          samples: 1,
          firstSample: branch.sample,
          ofSamples: samplesOf(c, e.samples, e.maxTokens),
        },
        c.params,
      ),
      models,
      {
        emit: (_, token, record) => texts.emit(0, token, record),
        replace: (_, tokens, records, score) =>
          texts.replace(
            0,
            [...texts.texts[0]!.tokens.slice(0, branch.at + 1), ...tokens],
            [...texts.texts[0]!.records.slice(0, branch.at + 1), ...records],
            score,
          ),
        end: (_, why, detail) => texts.end(0, why, detail),
      },
    );
    try {
      while (!decoding.done) await decoding.turn(signal);
    } finally {
      decoding.close();
    }
  }
  texts.flush();
  const { detail } = texts.texts[0]!;
  if (detail) emit({ kind: 'notice', contender: branch.contender, text: `Branch ${index + 1} ended. ${detail}` });
  emit({
    kind: 'end',
    contender: branch.contender,
    sample: branch.sample,
    branch: index,
    why: texts.texts[0]!.why ?? 'length',
    cut: cutOf(prepared, e, texts.texts[0]!),
    solved: null,
  });
  return texts.texts[0]!;
}
