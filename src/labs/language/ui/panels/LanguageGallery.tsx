import { formatLanguage } from '../../config/codec.ts';
import { languageCard } from '../../config/menus.ts';
import { languagePresets, type LanguagePreset } from '../../config/presets.ts';
import { setLanguageView } from '../../state/viewStore.ts';
import { Panel } from '../../../../frame/ui/panels/Panel.tsx';

/** Ready-made experiments with language models. Each is an ordinary link to this page. */
export function LanguageGallery() {
  const entries = Object.entries(languagePresets as Record<string, LanguagePreset>);
  return (
    <Panel title="Gallery" onClose={() => setLanguageView({ panel: 'none' })}>
      <p className="summary">
        Each experiment shows one claim on your own machine; opening it replaces the present one, which stays in the
        history.
      </p>
      <ul className="gallery">
        {entries.map(([id, p]) => (
          <li key={id}>
            <h3>
              <a
                href={`#${formatLanguage(p.experiment)}`}
                data-testid={`preset-${id}`}
                onClick={() => setLanguageView({ panel: 'none' })}
              >
                {p.title}
              </a>
            </h3>
            <p>{p.claim}</p>
            <p className="fine">
              {p.experiment.model.from === 'bundled' && `${languageCard(p.experiment.model.id)!.title} · `}
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
