import type { LanguageExperiment } from '../../config/experiment.ts';
import { firstDivergence } from '../../state/divergence.ts';
import { branchPath, shownText, textKey, wholeText } from '../../state/texts.ts';
import { languageView, setLanguageView } from '../../state/viewStore.ts';
import { Icon } from '../../../../frame/ui/Icon.tsx';
import { Marker } from '../../../../frame/ui/Marker.tsx';
import { useLanguageRun, useLanguageView } from '../hooks.ts';
import { quoted } from '../text.ts';
import { endWords } from './endWords.ts';
import { TextView } from './TextView.tsx';

interface Props {
  readonly index: number;
  readonly slot: number;
  readonly sample: number;
  readonly path: string;
  readonly branch: number;
  readonly experiment: LanguageExperiment;
  readonly lead: string;
}

/** A branch's whole text in a card of its own; where it leaves the text that it comes from is marked. */
export function BranchCard({ index, slot, sample, path, branch, experiment: e, lead }: Props) {
  const run = useLanguageRun((s) => s.run);
  const phase = useLanguageRun((s) => s.phase);
  const texts = useLanguageRun((s) => s.texts);
  const tint = useLanguageView((s) => s.tint);
  const place = useLanguageView((s) => s.place);
  const { at, parent } = e.branches[branch]!;
  const text = texts[textKey(slot, sample, path)];
  const tokens = shownText(wholeText(texts, e.branches, slot, sample, branch), text?.end);
  const from = wholeText(texts, e.branches, slot, sample, parent);
  const picked = tokens[at];
  const name = `Contender ${index + 1}, branch`;
  const selected = place?.slot === slot && place.sample === sample && place.path === path ? place.at : null;
  const hide = () => setLanguageView({ branch: { ...languageView.getState().branch, [slot]: '' } });
  const left = branchPath(e.branches, parent) === '' ? 'the text' : 'its branch';
  return (
    <article
      className={`text-card branch-card${selected !== null ? ' inspected' : ''}`}
      data-testid={`branch-card-${index}`}
    >
      <div className="caption-title">
        <Marker slot={slot} /> <b>Branch</b>{' '}
        <span className="chain-words">
          leaves {left} at token {at + 1}
          {picked && ` with ${quoted(picked.text)}`}
        </span>
        <button
          type="button"
          className="plain"
          aria-label="Hide the branch"
          title="Hide it; it stays in the list"
          onClick={hide}
        >
          <Icon name="remove" />
        </button>
      </div>
      <TextView
        name={name}
        id={`branch-text-${index}`}
        slot={slot}
        sample={sample}
        path={path}
        lead={lead}
        tokens={tokens}
        fresh={text?.run === run ? text.start + text.fresh : (text?.start ?? 0)}
        tint={tint}
        divergence={firstDivergence(tokens, from)}
        selected={selected}
        streaming={phase === 'running' && text?.run === run && !text.end}
      />
      <div className={`caption-numbers${text && text.run !== run ? ' stale' : ''}`}>
        <span>{tokens.length} tokens</span>
        <span className="end-reason">{endWords(text, run, phase)}</span>
      </div>
    </article>
  );
}
