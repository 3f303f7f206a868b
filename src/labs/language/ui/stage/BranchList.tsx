import type { Branch } from '../../config/experiment.ts';
import { branchTree } from '../../state/branches.ts';
import { removeBranch } from '../../state/experimentStore.ts';
import { branchPath, textKey } from '../../state/texts.ts';
import { languageView, setLanguageView } from '../../state/viewStore.ts';
import { Icon } from '../../../../frame/ui/Icon.tsx';
import { useLanguageRun, useLanguageView } from '../hooks.ts';
import { visible } from '../text.ts';

/** The tokens picked by hand and what came of each; pressing one shows its text beside the contender's own. */
export function BranchList({
  branches,
  contender,
  slot,
  sample,
}: {
  branches: readonly Branch[];
  contender: number;
  slot: number;
  sample: number;
}) {
  const texts = useLanguageRun((s) => s.texts);
  const shown = useLanguageView((s) => s.branch[slot] ?? '');
  const rows = branchTree(branches, contender, sample);
  if (rows.length === 0) return null;
  const show = (path: string) =>
    setLanguageView({ branch: { ...languageView.getState().branch, [slot]: path === shown ? '' : path } });
  return (
    <ul className="branch-list" aria-label="Branches">
      {rows.map(({ index, depth, branch: b }) => {
        const path = branchPath(branches, index);
        const own = texts[textKey(slot, sample, path)]?.tokens ?? [];
        return (
          <li key={path} style={{ paddingLeft: depth * 16 }}>
            <button
              type="button"
              className="branch"
              aria-pressed={path === shown}
              data-testid={`branch-${index}`}
              onClick={() => show(path)}
            >
              <span className="branch-at">{b.at + 1}</span> <b>{own[0] ? visible(own[0].text) : `#${b.token}`}</b>{' '}
              <span className="branch-words">
                {own
                  .slice(1, 14)
                  .map((t) => t.text)
                  .join('')
                  .replaceAll('\n', '↵') || '…'}
              </span>
            </button>
            <button
              type="button"
              className="plain"
              aria-label={`Delete the branch at token ${b.at + 1}`}
              title="Delete this branch and what leaves it"
              onClick={() => removeBranch(index)}
            >
              <Icon name="remove" />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
