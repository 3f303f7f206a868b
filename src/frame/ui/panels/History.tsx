import { HistoryList } from './HistoryList.tsx';
import { Panel } from './Panel.tsx';

/** What ran here by itself; what was given a name is in the library. */
export function History({ onClose }: { onClose(): void }) {
  return (
    <Panel title="History" onClose={onClose}>
      <HistoryList onOpened={onClose} />
    </Panel>
  );
}
