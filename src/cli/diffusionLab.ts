// The Diffusion lab without a page: on a GPU, or on the processor in float64.
import '../wrappers/index.ts';
import { weightsFrom } from '../engine/diffusion/diskWeights.ts';
import { parseExperiment } from '../labs/diffusion/config/codec.ts';
import { baseOf, diffusionGrid } from '../labs/diffusion/config/grid.ts';
import type { CellRun } from '../labs/diffusion/config/gridAxes.ts';
import { contenderGrid } from '../labs/diffusion/config/gridLink.ts';
import { gridMetrics, gridModels } from '../labs/diffusion/config/gridMetrics.ts';
import { cellMaker, runGrid } from '../labs/diffusion/engine/grid.ts';
import { Session } from '../labs/diffusion/engine/session.ts';
import { metricFacts, metricIds, type MetricId } from '../metrics/samples/facts.ts';
import { modelCard } from '../models/index.ts';
import { formatContender } from '../samplers/contenders/text.ts';
import { cellPicture, SHOWN } from './cellPicture.ts';
import type { CliLab } from './lab.ts';
import { openMachine } from './machine.ts';
import { Refused } from './refused.ts';

const isMetric = (id: string): id is MetricId => metricIds.some((known) => known === id);

export const diffusionLab: CliLab<CellRun> = {
  title: 'Diffusion',
  kind: diffusionGrid,
  maker: cellMaker,
  read(hash) {
    const { experiment, refusals, grid } = parseExperiment(hash);
    return { base: baseOf(experiment), refusals, grid };
  },
  contenders: ({ experiment }) => contenderGrid(experiment),
  contenderText: ({ contender }) => formatContender(contender),
  samples: ({ experiment }) => experiment.samples,
  chosen(base, spec, wanted) {
    const foreign = wanted.find((id) => !isMetric(id));
    const asked = gridMetrics(base, spec);
    const dear = wanted.find((id) => isMetric(id) && metricFacts[id].against === 'flow' && !asked.includes(id));
    if (dear !== undefined)
      throw new Refused(
        `${dear} is measured where an axis asks for it, as it costs hundreds of evaluations a cell: add axis=likelihood~32 to the link (bits_per_dim is that of images, log_likelihood that of points).`,
      );
    if (foreign === undefined) return wanted;
    throw new Refused(`The Diffusion lab has no metric '${foreign}'; there are ${metricIds.join(', ')}.`);
  },
  shown: (base, spec) =>
    gridModels(base, spec).some((card) => card.shape.kind === 'image') ? SHOWN.images : SHOWN.points,
  drawn: (picture, { experiment }) => cellPicture(picture, modelCard(experiment.model)),
  async open(_asked, { backend, adapter, model }, { root }) {
    if (model !== null)
      throw new Refused('--model is for links of the Pictures lab: models of this lab come with the program.');
    const machine = await openMachine(backend, adapter, root, weightsFrom(new URL('public/models/', root)));
    return {
      device: machine.device,
      run: (ask, emit, signal) => runGrid(new Session(machine.backend), ask, emit, signal, machine.alive),
    };
  },
};
