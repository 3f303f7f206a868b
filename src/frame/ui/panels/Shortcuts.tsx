import { useEffect, useState } from 'react';
import { allLabs, labStore, type Shortcuts as Group } from '../../state/labStore.ts';
import { Panel } from './Panel.tsx';

/** In every lab. */
const everywhere: Group = {
  where: 'Everywhere',
  keys: [
    ['?', 'this list'],
    ['L', 'the library of saved experiments'],
    ['Ctrl S, ⌘ S', 'save what is on the screen there'],
    ['Ctrl Z, ⌘ Z', 'undo the last change'],
    ['Shift Ctrl Z, Ctrl Y, Shift ⌘ Z', 'redo it'],
    ['Esc', 'close a panel'],
    ['↑ ↓', 'in a number: one step up or down'],
  ],
};

/** What can be done by keyboard, here and in the open lab. */
export default function Shortcuts({ onClose }: { onClose(): void }) {
  const [own, setOwn] = useState<readonly Group[]>([]);
  useEffect(() => {
    const open = allLabs().find((l) => l.id === labStore.getState().lab);
    void open?.keys().then((m) => setOwn(m.shortcuts));
  }, []);
  return (
    <Panel title="Keyboard shortcuts" onClose={onClose}>
      <p className="summary">Every control is reached with Tab. Some places have keys of their own:</p>
      {[everywhere, ...own].map(({ where, keys }) => (
        <section key={where}>
          <h3>{where}</h3>
          <dl className="facts">
            {keys.map(([key, does]) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Panel>
  );
}
