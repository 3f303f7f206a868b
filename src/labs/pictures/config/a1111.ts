// Settings as A1111's web UI, Forge and SD.Next write them beside a picture, brought to this lab as far as they can be.
// Everything else is listed with the reason. Nothing of the text is trusted: it passes the same fields as a link.
import type { NumberField } from '../../../core/field.ts';
import { numberDemand } from '../../../core/field.ts';
import { isListed, type SamplerId } from '../../../samplers/diffusion/index.ts';
import type { ScheduleId } from '../../../schedules/index.ts';
import { contenderFields, isStochastic, newContender } from '../../../samplers/contenders/contender.ts';
import { readParameters } from './a1111Text.ts';
import { reasonFor, SILENT } from './a1111Reasons.ts';
import { unguided } from './contender.ts';
import type { PictureContender, PicturesExperiment } from './experiment.ts';
import { guidanceFields, MAX_PROMPT, picturesFields, stepsField } from './fields.ts';
import { openings } from './model.ts';
import { marksOf } from './promptMarks.ts';
import { cut } from './text.ts';
import { pairNamed, scheduleNamed, type Named } from './toolNames.ts';

export interface NotMapped {
  readonly key: string;
  readonly value: string;
  readonly because: string;
}
export interface Imported {
  /** What of an experiment the text sets; its model is chosen by the reader. */
  readonly changes: Partial<PicturesExperiment>;
  /** What was taken, in words. */
  readonly mapped: readonly string[];
  readonly refused: readonly NotMapped[];
}

const TOOL = 'A1111';
/** Characters of a value that are shown. */
const SHOWN = 120;
/** What an experiment is without the text; its numbers are refused by the same fields as those of a link. */
const shared = picturesFields(openings.prompt);
const own = guidanceFields(openings.prompt.guidance);

/** What "Automatic" stands for, and a missing schedule since version 1.9; all others follow the model's own times. */
const automatic: Readonly<Partial<Record<SamplerId, ScheduleId>>> = {
  dpmpp_2m: 'karras',
  dpmpp_sde: 'karras',
  dpmpp_2s_ancestral: 'karras',
  dpm_2: 'karras',
  dpm_2_ancestral: 'karras',
  restart: 'karras',
  dpmpp_2m_sde: 'exponential',
  dpmpp_3m_sde: 'exponential',
};
/** Samplers that walk whole times of the noise table there. */
const ofTimes: readonly SamplerId[] = ['ddim', 'unipc', 'lcm', 'pndm'];
/** Samplers whose last level but one is left out there. */
const shortened: readonly SamplerId[] = ['dpm_2', 'dpm_2_ancestral', 'dpmpp_3m_sde'];

/** Whether the program wrote schedules apart from samplers: A1111 from 1.9 on. */
function knowsSchedules(version: string | undefined): boolean {
  const [, major, minor] = /v(\d{1,3})\.(\d{1,3})/.exec(version ?? '') ?? [];
  return major !== undefined && (Number(major) > 1 || Number(minor) >= 9);
}

const times = (sampler: SamplerId): Named<ScheduleId> => ({
  id: 'uniform',
  params: { spacing: ofTimes.includes(sampler) ? 'leading' : 'normal' },
});

class Reading {
  readonly mapped: string[] = [];
  readonly refused: NotMapped[] = [];
  readonly settings: ReadonlyMap<string, string>;
  private readonly taken = new Set<string>();

  constructor(settings: ReadonlyMap<string, string>) {
    this.settings = settings;
  }
  take(key: string): string | undefined {
    this.taken.add(key);
    return this.settings.get(key);
  }
  refuse(key: string, value: string, because: string): void {
    this.refused.push({ key, value: cut(value, SHOWN), because });
  }
  /** A number of a field; `to` brings what is written to what is meant. */
  number(key: string, field: NumberField, to: (value: number) => number = (v) => v): number | undefined {
    const text = this.take(key);
    if (text === undefined) return undefined;
    const value = /^-?\d+(\.\d+)?$/.test(text) ? field.parse(String(to(Number(text)))) : undefined;
    if (value === undefined) this.refuse(key, text, `${field.label} here is ${numberDemand(field)}`);
    else this.mapped.push(`${field.label} ${field.format(value)}`);
    return value;
  }
  /** Whatever nothing was made of, with its reason. */
  finish(): void {
    for (const [key, value] of this.settings)
      if (!this.taken.has(key) && !SILENT.has(key)) this.refuse(key, value, reasonFor(key, this.settings));
  }
}

function scheduleOf(r: Reading, sampler: SamplerId, inName: Named<ScheduleId> | null): Named<ScheduleId> {
  const usual = automatic[sampler];
  const auto: Named<ScheduleId> = usual ? { id: usual, params: {} } : times(sampler);
  const name = r.take('Schedule type');
  if (name !== undefined && name !== 'Automatic') {
    const found = scheduleNamed(name, TOOL);
    if (found) return found;
    r.refuse('Schedule type', name, 'there is no such schedule here; the sampler’s usual one is taken');
    return auto;
  }
  if (inName) return inName;
  // Before schedules had names, a sampler without one in its own name followed the model's times.
  return name === 'Automatic' || knowsSchedules(r.settings.get('Version')) ? auto : times(sampler);
}

function contenderOf(r: Reading): PictureContender | null {
  const name = r.take('Sampler');
  const steps = r.number('Steps', stepsField);
  const guidance = r.number('CFG scale', own.guidance) ?? openings.prompt.guidance;
  const rescale = r.number('CFG rescale', own.rescale) ?? 0;
  if (name === undefined) {
    r.refuse('Sampler', '', 'the text names none; those that are there stay');
    return null;
  }
  const pair = pairNamed(name, TOOL);
  if (!pair) {
    r.refuse('Sampler', name, 'there is no such sampler here; those that are there stay');
    return null;
  }
  const { id } = pair.sampler;
  if (!isListed(id)) {
    r.refuse(
      'Sampler',
      name,
      'it chooses its own steps, and published models are run by plans known before; those that are there stay',
    );
    return null;
  }
  const schedule = scheduleOf(r, id, pair.schedule);
  const c = newContender(id, steps ?? stepsField.default, schedule.id, pair.sampler.params, schedule.params);
  const fields = contenderFields(c);
  const set = (key: string, table: typeof fields.params, param: string) => {
    const field = table[param];
    return field?.kind === 'number' ? r.number(key, field) : undefined;
  };
  const eta = set(id === 'ddim' ? 'Eta DDIM' : 'Eta', fields.params, 'eta');
  const rho = set('Schedule rho', fields.scheduleParams, 'rho');
  const made: PictureContender = {
    ...c,
    params: { ...c.params, ...(eta !== undefined && { eta }) },
    scheduleParams: { ...c.scheduleParams, ...(rho !== undefined && { rho }) },
    ...unguided(guidance),
    rescale,
  };
  r.mapped.push(`Sampler ${name} as ${id} with the schedule ${schedule.id}`);
  if (isStochastic(made))
    r.refuse(
      'Sampler',
      name,
      'the noise that it adds on the way is drawn otherwise there: the picture will be another',
    );
  if (shortened.includes(id))
    r.refuse('Sampler', name, 'there the last level but one is left out, here all are walked');
  return made;
}

/** `512x768`. */
function sizeOf(r: Reading): Pick<PicturesExperiment, 'width' | 'height'> | null {
  const text = r.take('Size');
  if (text === undefined) return null;
  const [, across = '', down = ''] = /^(\d{1,5})\s*x\s*(\d{1,5})$/.exec(text) ?? [];
  const width = shared.width.parse(across);
  const height = shared.height.parse(down);
  if (!width || !height) {
    r.refuse('Size', text, 'both sides must be multiples of 8 from 8 to 2048');
    return null;
  }
  r.mapped.push(`Size ${width} × ${height}`);
  return { width, height };
}

/** Starting noise: of a GPU unless the text says otherwise; each picture has a generator of its own. */
function noiseOf(r: Reading): Pick<PicturesExperiment, 'noise' | 'perPicture'> {
  const ours = r.take('Noise source');
  const named = r.take('RNG');
  if (ours === 'Stepscope') return { noise: 'ours', perPicture: false };
  if (named === 'CPU') {
    r.mapped.push('Noise of PyTorch on a CPU, a seed for each picture');
    return { noise: 'torch-cpu', perPicture: true };
  }
  if (named !== undefined && named !== 'GPU' && named !== 'NV')
    r.refuse('RNG', named, 'there is no such source of noise here; that of CUDA is taken');
  r.mapped.push(
    `Noise of PyTorch on CUDA, a seed for each picture${named === undefined ? ' (the text names none, and this is what those programs do)' : ''}`,
  );
  return { noise: 'torch-cuda', perPicture: true };
}

function promptOf(r: Reading, key: string, text: string): string {
  const kept = cut(text, MAX_PROMPT);
  if (text.length > MAX_PROMPT) r.refuse(key, `${text.length} characters`, `at most ${MAX_PROMPT} are read: its first`);
  for (const { value, because } of marksOf(kept)) r.refuse(key, value, because);
  if (kept !== '') r.mapped.push(`${key}, ${kept.length} characters`);
  return kept;
}

/** What a text under the keyword `parameters` sets, or why it is no such text. Total: never throws. */
export function importParameters(text: string): Imported | string {
  const parsed = readParameters(text);
  if (typeof parsed === 'string') return parsed;
  const r = new Reading(parsed.settings);
  const prompt = promptOf(r, 'Prompt', parsed.prompt);
  const negative = promptOf(r, 'Negative prompt', parsed.negative);
  const contender = contenderOf(r);
  const size = sizeOf(r);
  const seed = r.number('Seed', shared.seed);
  const noise = noiseOf(r);
  // There 1 leaves out nothing.
  const skipped = r.number('Clip skip', shared.clipSkip, (n) => n - 1);
  if (parsed.rest !== '') r.refuse('text behind the settings', parsed.rest, 'an extension’s own words are not read');
  r.finish();
  return {
    changes: {
      prompt,
      negative,
      ...(size ?? {}),
      // Every file tells of one picture, under the seed that made it.
      count: 1,
      ...(seed !== undefined && { seed }),
      ...noise,
      clipSkip: skipped ?? 0,
      conventions: 'exact',
      ...(contender && { contenders: [contender] }),
    },
    mapped: r.mapped,
    refused: r.refused,
  };
}
