import { formatKernels } from '../config/codec.ts';
import { kernelPresets, type KernelPreset } from '../config/presets.ts';
import { viewMenu } from '../config/menus.ts';
import { Panel } from '../../../frame/ui/panels/Panel.tsx';

/** Ready-made experiments. Each is an ordinary link to this page. */
export function KernelGallery({ onClose }: { onClose(): void }) {
  return (
    <Panel title="Gallery" onClose={onClose}>
      <p className="summary">
        Each shows one claim on your own machine; opening it replaces what is looked at, and undo brings that back.
      </p>
      <ul className="gallery">
        {Object.entries<KernelPreset>(kernelPresets).map(([id, p]) => (
          <li key={id}>
            <h3>
              <a href={`#${formatKernels(p.experiment)}`} data-testid={`preset-${id}`} onClick={onClose}>
                {p.title}
              </a>
            </h3>
            <p>{p.claim}</p>
            <p className="fine">
              {viewMenu.find((v) => v.id === p.experiment.view)!.title} ·{' '}
              <a href={p.paper.url} target="_blank" rel="noreferrer">
                {p.paper.title}
              </a>
            </p>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
