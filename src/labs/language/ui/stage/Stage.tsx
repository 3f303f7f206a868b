import { useLanguage, useLanguageRun } from '../hooks.ts';
import { RunStatus } from './RunStatus.tsx';
import { StageTools } from './StageTools.tsx';
import { TextCard } from './TextCard.tsx';

/** Letters of a token, of the end of the prompt before it, and of a card's line when so many stand side by side. */
const TOKEN = 4.8;
const LEAD = 64;
const LINE = [0, 105, 62, 46, 62] as const;
/** Lines that a card reserves for its text, so that nothing moves while it is written. */
const lines = (tokens: number, samples: number, cards: number) =>
  Math.min(samples > 1 ? 9 : 14, Math.max(5, Math.ceil((LEAD + tokens * TOKEN) / (LINE[cards] ?? 62)) + 1));

/** The texts, side by side. */
export function Stage() {
  const experiment = useLanguage((s) => s.experiment);
  const slots = useLanguage((s) => s.slots);
  const remarks = useLanguageRun((s) => s.remarks);
  const baseSlot = slots[experiment.baseline] ?? slots[0]!;
  return (
    <section className="stage" aria-label="Texts">
      <div className="stage-bar">
        <RunStatus />
        <StageTools />
      </div>
      {remarks
        .filter((r) => r.slot < 0)
        .map((r) => (
          <p key={r.text} className="remark" role="status">
            {r.text}
          </p>
        ))}
      <div
        className={`cards n${slots.length}`}
        style={{ '--lines': lines(experiment.maxTokens, experiment.samples, slots.length) } as object}
      >
        {slots.map((slot, i) => (
          <TextCard
            key={slot}
            index={i}
            slot={slot}
            contender={experiment.contenders[i]!}
            experiment={experiment}
            baseSlot={baseSlot}
          />
        ))}
      </div>
    </section>
  );
}
