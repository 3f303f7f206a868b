import { useMemo } from 'react';
import { useStore } from 'zustand';
import { FieldControl } from '../../../../frame/ui/controls/FieldControl.tsx';
import { bytes, compact, short } from '../../../../frame/ui/format.ts';
import { ModelChooser } from '../../../../frame/ui/model/ModelChooser.tsx';
import { pictureModels, type PictureModelId } from '../../../../models/pictures.ts';
import type { FormatChoice } from '../../config/experiment.ts';
import { picturesFields } from '../../config/fields.ts';
import { openingOf } from '../../config/model.ts';
import { editShared, setModel } from '../../state/experimentStore.ts';
import { changeStore } from '../../state/change.ts';
import { choice } from '../../state/model.ts';
import type { LoadedPictures, PicturesFit } from '../../state/types.ts';
import { useExperiment, useLoaded, useModel } from '../hooks.ts';

const SUGGESTED = [
  'stable-diffusion-v1-5/stable-diffusion-v1-5',
  'segmind/tiny-sd',
  'nota-ai/bk-sdm-small',
  'SimianLuo/LCM_Dreamshaper_v7',
  'stabilityai/sd-turbo',
  'stabilityai/sdxl-turbo',
  'google/ddpm-cifar10-32',
  'google/ddpm-celebahq-256',
  'facebook/DiT-XL-2-256',
  'openai/diffusers-cd_imagenet64_l2',
];
const hub = { suggested: SUGGESTED };
const disk = {
  accept: '.safetensors,.json,.txt',
  children: (
    <>
      Drop the folder of a diffusers model: <code>model_index.json</code>, and a folder for each part with its{' '}
      <code>config.json</code> and <code>.safetensors</code>.
    </>
  ),
};
const bundled = {
  items: Object.values(pictureModels).map(({ id, title, summary }) => ({ id, title, summary, paper: null })),
  choose: (id: PictureModelId) => setModel({ from: 'bundled', id }),
};
const millions = (parameters: number) =>
  parameters >= 1e9 ? `${(parameters / 1e9).toFixed(2)} G` : `${(parameters / 1e6).toFixed(1)} M`;
const about = (r: PicturesFit) =>
  `${r.network}, ${millions(r.parameters)} weights in the network, made for ${r.size.width}×${r.size.height}`;

/** What narrower weights change of D, at the level where they change it most, and what they save. */
function Change() {
  const key = useModel((s) => s.key);
  const state = useStore(changeStore);
  const change = state.key === key ? state.measured?.change : null;
  if (!change || !state.measured) return null;
  const worst = change.levels.reduce((a, b) => (b.nmse > a.nmse ? b : a));
  const all = change.levels.map((l) => `σ ${short(l.sigma)}: ${compact(l.nmse, 2)}`).join(', ');
  return (
    <div>
      <dt>Rounded</dt>
      <dd
        data-testid="weight-change"
        title={`Normalised mean square of the change of D against the file’s own numbers as ${change.from}; ${all}`}
      >
        D changes by {compact(Math.sqrt(worst.nmse), 2)} of its size at most (σ {short(worst.sigma)}),{' '}
        {bytes(state.measured.savedBytes)} saved
      </dd>
    </div>
  );
}

function Facts({ model: m }: { model: LoadedPictures }) {
  return (
    <dl className="model-facts" data-testid="model-facts" data-format={m.format}>
      <div>
        <dt>Network</dt>
        <dd>
          {m.network}, {millions(m.parameters)} weights, {bytes(m.gpuBytes)} on the GPU as {m.format}
        </dd>
      </div>
      <div>
        <dt>Noise</dt>
        <dd>
          {m.scheduler}, σ {m.range.min.toPrecision(3)} … {m.range.max.toPrecision(4)}
        </dd>
      </div>
      <Change />
      {m.told && (
        <div>
          <dt>Guidance</dt>
          <dd>distilled into the network: one pass whatever the weight</dd>
        </div>
      )}
      {m.unguided && (
        <div>
          <dt>Guidance</dt>
          <dd>none: {m.unguided}</dd>
        </div>
      )}
      {m.licence && (
        <div>
          <dt>Licence</dt>
          <dd>{m.licence}</dd>
        </div>
      )}
      {m.notices.length > 0 && (
        <div>
          <dt>Note</dt>
          <dd>{m.notices.join(' ')}</dd>
        </div>
      )}
    </dl>
  );
}

/** The model in use, and the ways to another. */
export function ModelPanel() {
  const model = useExperiment((s) => s.experiment.model);
  const format = useExperiment((s) => s.experiment.format);
  const loaded = useLoaded();
  const field = useMemo(() => picturesFields(openingOf(model)).format, [model]);
  return (
    <ModelChooser choice={choice} source={model} bundled={bundled} hub={hub} disk={disk} about={about}>
      {loaded && <Facts model={loaded} />}
      <details>
        <summary>
          Weights: {field.options.find((o) => o.value === format)?.label}
          {loaded && format === 'auto' && ` (${loaded.format})`}
        </summary>
        <div className="fields">
          <FieldControl field={field} value={format} onChange={(v) => editShared({ format: v as FormatChoice })} />
        </div>
      </details>
    </ModelChooser>
  );
}
