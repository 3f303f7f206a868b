import { formatExperiment } from '../../config/codec.ts';
import { modelCard } from '../../config/menus.ts';
import { presets, type Preset } from '../../config/presets.ts';
import { setView } from '../../state/viewStore.ts';
import { Panel } from '../../../../frame/ui/panels/Panel.tsx';

/** Ready-made experiments. Each is an ordinary link to this page. */
export function Gallery() {
  const entries = Object.entries(presets as Record<string, Preset>);
  return (
    <Panel title="Gallery" onClose={() => setView({ panel: 'none' })}>
      <p className="summary">
        Each experiment shows one claim on your own machine; opening it replaces the present one, which stays in the
        history.
      </p>
      <ul className="gallery">
        {entries.map(([id, p]) => (
          <li key={id}>
            <h3>
              <a
                href={`#${formatExperiment(p.experiment) || 'model=ring8'}`}
                data-testid={`preset-${id}`}
                onClick={() => setView({ panel: 'none', position: null })}
              >
                {p.title}
              </a>
            </h3>
            <p>{p.claim}</p>
            <p className="fine">
              {modelCard(p.experiment.model).title} ·{' '}
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
