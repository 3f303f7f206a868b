import { memo, useMemo } from 'react';
import { formatContender, samplesOf } from '../../config/contenderText.ts';
import type { LanguageContender, LanguageExperiment } from '../../config/experiment.ts';
import { algorithmItem, contenderRefusals } from '../../config/menus.ts';
import { firstDivergence } from '../../state/divergence.ts';
import { branchOf, shownText, textKey } from '../../state/texts.ts';
import { setLanguageView } from '../../state/viewStore.ts';
import { milliseconds } from '../../../../frame/ui/format.ts';
import { Marker } from '../../../../frame/ui/Marker.tsx';
import { useLanguageNames, useLanguageRun, useLanguageView } from '../hooks.ts';
import { acceptance, decodeSpeed, speed } from '../text.ts';
import { endWords } from './endWords.ts';
import { BranchCard } from './BranchCard.tsx';
import { BranchList } from './BranchList.tsx';
import { SampleStrip } from './SampleStrip.tsx';
import { TextView } from './TextView.tsx';

interface Props {
  readonly index: number;
  readonly slot: number;
  readonly contender: LanguageContender;
  readonly experiment: LanguageExperiment;
  readonly baseSlot: number;
}

const EMPTY: readonly never[] = [];

/** One contender's text as it comes, what it cost, its samples and branches; the branch that is open has a card beside it. */
export const TextCard = memo(function TextCard({ index, slot, contender, experiment: e, baseSlot }: Props) {
  const run = useLanguageRun((s) => s.run);
  const phase = useLanguageRun((s) => s.phase);
  const cost = useLanguageRun((s) => s.costs[slot]);
  const ran = useLanguageRun((s) => s.experiment);
  const remarks = useLanguageRun((s) => s.remarks);
  const samples = samplesOf(contender, e.samples, e.maxTokens);
  const sample = Math.min(
    useLanguageView((s) => s.sample),
    samples - 1,
  );
  const tint = useLanguageView((s) => s.tint);
  const marking = useLanguageView((s) => s.differences);
  const place = useLanguageView((s) => s.place);
  const path = useLanguageView((s) => s.branch[slot] ?? '');
  const highlighted = useLanguageView((s) => s.highlighted);
  const own = useLanguageRun((s) => s.texts[textKey(slot, sample)]);
  const base = useLanguageRun((s) => (s.texts[textKey(baseSlot, sample)] ?? s.texts[textKey(baseSlot, 0)])?.tokens);
  const refusals = contenderRefusals(contender, e);
  const tokens = useMemo(() => shownText(own?.tokens ?? EMPTY, own?.end), [own]);
  const compared = marking && slot !== baseSlot && base ? base : null;
  const divergence = useMemo(() => (compared ? firstDivergence(tokens, compared) : null), [tokens, compared]);
  const branch = branchOf(e.branches, index, sample, path);
  const selected = place?.slot === slot && place.sample === sample && place.path === '' ? place.at : null;
  const name = `Contender ${index + 1}`;
  const writing = phase === 'running' && own?.run === run && !own.end;
  const lead = (ran?.prompt ?? e.prompt).slice(-64);
  const { titles, rests } = useLanguageNames();
  const item = algorithmItem(contender.algorithm);
  const accepted = cost && acceptance(cost);
  const card = (
    <article
      className={`text-card${highlighted === slot ? ' highlighted' : ''}${selected !== null ? ' inspected' : ''}`}
      data-testid={`card-${index}`}
      data-contender={formatContender(contender)}
      onPointerEnter={() => setLanguageView({ highlighted: slot })}
      onPointerLeave={() => setLanguageView({ highlighted: null })}
    >
      <div className="caption-title">
        <Marker slot={slot} /> <b title={item.summary}>{titles[index]}</b>{' '}
        <span className="chain-words">{rests[index]}</span>
        {slot === baseSlot && <span className="tag">baseline</span>}
      </div>
      {refusals.length > 0 ? (
        <div className="text-frame">
          <div className="text empty">
            <p className="refusal">
              <b>Will not run.</b> {refusals.join(' ')}
            </p>
          </div>
        </div>
      ) : (
        <TextView
          name={name}
          id={`text-${index}`}
          slot={slot}
          sample={sample}
          path=""
          lead={lead}
          tokens={tokens}
          fresh={own?.run === run ? own.fresh : 0}
          tint={tint}
          divergence={divergence}
          selected={selected}
          streaming={writing}
        />
      )}
      <div className={`caption-numbers${own && own.run !== run ? ' stale' : ''}${refusals.length > 0 ? ' none' : ''}`}>
        {tokens.length > 0 ? <span>{tokens.length} tokens</span> : <span>&nbsp;</span>}
        {cost && (
          <>
            <span title="Tokens of all samples per second of their passes">
              <b>{speed(decodeSpeed(cost))}</b> tok/s
            </span>
            <span title="From the contender’s start to its first token">first {milliseconds(cost.firstTokenMs)}</span>
          </>
        )}
        {accepted != null && (
          <span title="Share of the drafted tokens that the model accepted">
            {Math.round(100 * accepted)} % accepted
          </span>
        )}
        <span className="end-reason" data-testid={`end-${index}`}>
          {endWords(own, run, phase)}
        </span>
      </div>
      {e.samples > 1 && refusals.length === 0 && <SampleStrip slot={slot} samples={samples} name={name} />}
      {remarks
        .filter((r) => r.slot === slot && !refusals.includes(r.text))
        .map((r) => (
          <p key={r.text} className="remark" role="status">
            {r.text}
          </p>
        ))}
      <BranchList branches={e.branches} contender={index} slot={slot} sample={sample} />
    </article>
  );
  return (
    <>
      {card}
      {branch >= 0 && (
        <BranchCard index={index} slot={slot} sample={sample} path={path} branch={branch} experiment={e} lead={lead} />
      )}
    </>
  );
});
