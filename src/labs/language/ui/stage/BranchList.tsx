import type { Branch } from '../../config/experiment.ts';
import { branchTree } from '../../state/branches.ts';
import { removeBranch } from '../../state/experimentStore.ts';
import { branchPath, shownText, textKey, wholeText } from '../../state/texts.ts';
import type { ShownToken } from '../../state/types.ts';
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
  const shownOf = (index: number, path: string) => {
    const own = texts[textKey(slot, sample, path)];
    return shownText(wholeText(texts, branches, slot, sample, index), own?.end).slice(branches[index]!.at);
  };
  const show = (path: string) =>
    setLanguageView({ branch: { ...languageView.getState().branch, [slot]: path === shown ? '' : path } });
  return (
    <ul className="branch-list" aria-label="Branches">
      {rows.map(({ index, depth, branch }) => {
        const path = branchPath(branches, index);
        return (
          <BranchRow
            key={path}
            index={index}
            depth={depth}
            branch={branch}
            tokens={shownOf(index, path)}
            shown={path === shown}
            onShow={() => show(path)}
          />
        );
      })}
    </ul>
  );
}

interface RowProps {
  readonly index: number;
  readonly depth: number;
  readonly branch: Branch;
  readonly tokens: readonly ShownToken[];
  readonly shown: boolean;
  onShow(): void;
}

function BranchRow({ index, depth, branch, tokens, shown, onShow }: RowProps) {
  const picked = tokens[0] ? visible(tokens[0].text) : `#${branch.token}`;
  const words = tokens.slice(1, 14).map((t) => t.text);
  return (
    <li style={{ paddingLeft: depth * 16 }}>
      <button type="button" className="branch" aria-pressed={shown} data-testid={`branch-${index}`} onClick={onShow}>
        <span className="branch-at">{branch.at + 1}</span> <b>{picked}</b>{' '}
        <span className="branch-words">{words.join('').replaceAll('\n', '↵') || '…'}</span>
      </button>
      <button
        type="button"
        className="plain"
        aria-label={`Delete the branch at token ${branch.at + 1}`}
        title="Delete this branch and what leaves it"
        onClick={() => removeBranch(index)}
      >
        <Icon name="remove" />
      </button>
    </li>
  );
}
