// A run as files on the reader's disk: its pictures with what they came from, its numbers, its scripts.
import { saveBlob } from '../../../../frame/state/saveBlob.ts';
import { palette, type Palette } from '../../../../frame/ui/canvas/palette.ts';
import { gap, image, paragraph, stacked, table, type Block } from '../../../../frame/ui/export/blocks.ts';
import { drawn, GAP, grid, INNER, MARGIN, marked, pngFile, styleOf } from '../../../../frame/ui/export/sheet.ts';
import { tableShown } from '../../../../frame/ui/export/shown.ts';
import { milliseconds } from '../../../../frame/ui/format.ts';
import { asDiffusers } from '../../config/asDiffusers.ts';
import { comfyWorkflow } from '../../config/comfy.ts';
import { toCsv, toJson } from '../../config/exports.ts';
import { formatSource } from '../../config/model.ts';
import { contenderNames } from '../../config/naming.ts';
import { notify } from '../../state/notices.ts';
import { setView } from '../../state/viewStore.ts';
import { errorText } from '../figures.ts';
import { bitmap } from '../stage/picture.ts';
import { conditionsLine, promptLines } from './lines.ts';
import { levelsOf, madeBy, recordOf, rowsOf, textsOf, type Recorded } from './record.ts';
import { scriptsOf } from './scripts.ts';

const MOST_COLUMNS = 4;

const tell = (title: string, lines: readonly string[] = []) =>
  notify({ kind: 'export', tone: 'warning', title, lines, hint: 'Export it when the run has ended.' });

/** What a file of this run is called, without its end. */
const fileName = ({ experiment: { model, seed } }: Recorded): string =>
  `stepscope-${formatSource(model)
    .replace(/^(hub|file):/, '')
    .replaceAll(/[^\w.-]+/g, '-')
    .slice(0, 60)}-seed-${seed}`;

/** A contender's pictures in a square, with its name, its cost and its error. */
function contenderBlock(
  { experiment: e, run }: Recorded,
  index: number,
  title: string,
  { x, width, colours }: { readonly x: number; readonly width: number; readonly colours: Palette },
): Block {
  const pen = document.createElement('canvas').getContext('2d')!;
  const slot = run.slots[index]!;
  const { result, pictures: made } = madeBy(run, slot);
  const pictures = made.flatMap((pixels) => (pixels ? [pixels] : []));
  const columns = Math.max(1, Math.ceil(Math.sqrt(e.count)));
  const facts = result
    ? [`${result.cost.nfe} NFE`, milliseconds(result.cost.wallMs), errorText(result)].filter((t) => t !== '')
    : ['not finished in this run'];
  return stacked([
    grid(
      pictures.length,
      columns,
      (i, left, wide) =>
        image(bitmap(pictures[i]!), pictures[i]!, left, wide, { paper: colours.paper, rim: colours.faint }),
      { x, width, gap: 3 },
    ),
    gap(3),
    marked(paragraph(pen, title, x + 18, width - 18, styleOf(colours.ink, 13, '600')), slot, x, colours),
    paragraph(pen, facts.join(' · '), x, width, styleOf(colours.soft, 12)),
  ]);
}

/** Everything that was made as one picture that is evidence; its file carries the experiment. */
export async function savePng(): Promise<void> {
  const record = recordOf();
  if (!record?.run.slots.some((slot) => madeBy(record.run, slot).result)) return tell('There are no pictures yet.');
  // What the pointer rests on is no part of the evidence.
  setView({ highlighted: null });
  await new Promise(requestAnimationFrame);
  const { experiment: e, run, context } = record;
  const colours = palette();
  const pen = document.createElement('canvas').getContext('2d')!;
  const soft = styleOf(colours.soft);
  const line = (text: string, style = soft) => paragraph(pen, text, MARGIN, INNER, style);
  const { common, titles } = contenderNames(e.contenders);
  const count = e.contenders.length;
  const canvas = drawn(
    [
      line(context.model.title, styleOf(colours.ink, 17, '600')),
      ...promptLines(e).map((text) => line(text, styleOf(colours.ink, 14))),
      line(conditionsLine(e, context)),
      line(common && count > 1 ? `For all: ${common}` : ''),
      line(run.phase === 'done' ? '' : 'The run had not ended when this was saved.', styleOf(colours.warn, 13, '600')),
      gap(12),
      grid(count, Math.min(MOST_COLUMNS, count), (i, x, width) =>
        contenderBlock(record, i, titles[i]!, { x, width, colours }),
      ),
      gap(GAP),
      table(pen, tableShown(), { x: MARGIN, width: INNER, colour: colours.ink, rule: colours.faint }),
      gap(GAP),
      line(context.link, styleOf(colours.soft, 11)),
      line(`Stepscope ${context.version} on ${context.adapter}. Drop this file on the page to open its experiment.`),
    ],
    colours.page,
  );
  const file = await pngFile(canvas, textsOf(record));
  if (file) saveBlob(file, `${fileName(record)}.png`);
}

/** One finished picture, pixel by pixel as it was decoded. */
export async function saveOne(slot: number, picture: number): Promise<void> {
  const record = recordOf();
  const pixels = record && madeBy(record.run, slot).pictures[picture];
  const contender = record?.run.slots.indexOf(slot) ?? -1;
  if (!record || !pixels || contender < 0) return tell('This picture is not finished yet.');
  const file = await pngFile(bitmap(pixels), textsOf(record, { contender, picture }));
  const { sampler } = record.experiment.contenders[contender]!;
  if (file) saveBlob(file, `${fileName(record)}-${contender + 1}-${sampler}-${picture + 1}.png`);
}

const TYPES = {
  csv: 'text/csv',
  json: 'application/json',
  py: 'text/x-python',
  comfyui: 'application/json',
} as const;
const ENDS = { csv: 'csv', json: 'json', py: 'py', comfyui: 'comfyui.json' } as const;

export function saveText(format: keyof typeof TYPES): void {
  const record = recordOf();
  if (!record) return tell('There are no results yet.');
  const text = textAs(format, record);
  if (text !== null) saveBlob(new Blob([text], { type: TYPES[format] }), `${fileName(record)}.${ENDS[format]}`);
}

function textAs(format: keyof typeof TYPES, record: Recorded): string | null {
  const { experiment: e, context, model } = record;
  switch (format) {
    case 'csv':
      return toCsv(e, rowsOf(record), context);
    case 'json':
      return toJson(e, rowsOf(record), context);
    case 'py': {
      const about = {
        pipeline: model?.pipeline ?? '',
        revision: context.model.revision,
        width: context.width,
        height: context.height,
        link: context.link,
      };
      const scripts = scriptsOf(e, about);
      if ('text' in scripts) return scripts.text;
      const there = 'text' in scriptsOf({ ...e, ...asDiffusers(e) }, about);
      notify({
        kind: 'export',
        tone: 'warning',
        title: 'No contender has a script of diffusers that makes the same pictures.',
        lines: scripts.because,
        hint: there ? 'With conventions and noise that diffusers has, there is one: export it after that run.' : '',
        actions: there ? ['asDiffusers'] : [],
      });
      return null;
    }
    case 'comfyui': {
      const levels = levelsOf(record);
      if (levels.every((list) => list.length < 2)) {
        tell('No contender has noise levels until its model is loaded again.');
        return null;
      }
      const { width, height, link } = context;
      const { text, notes } = comfyWorkflow(e, { pipeline: model?.pipeline ?? '', levels, width, height, link });
      notify({
        kind: 'export',
        title: 'A workflow for ComfyUI was saved, in its API format.',
        lines: notes,
        hint: 'Drop it on ComfyUI’s page, or on this one to open this experiment again.',
      });
      return text;
    }
    default:
      return format satisfies never;
  }
}
