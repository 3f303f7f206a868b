// What to run, from a link or a file: an experiment of a lab that runs here, and the grid that its axes cross.
import { readFileSync, statSync } from 'node:fs';
import type { GridHead } from '../experiments/grid/records.ts';
import { readGrid, writeGrid } from '../experiments/grid/link.ts';
import type { GridSpec } from '../experiments/grid/types.ts';
import { assertReadable, NoExperiment, restoredHash } from '../frame/config/restore.ts';
import type { AnyRun, CliLab } from './lab.ts';
import { labs } from './labs.ts';
import { Refused } from './refused.ts';

export interface Asked {
  readonly lab: CliLab<AnyRun>;
  /** What cells set their values on: the experiment, and its first contender. */
  readonly base: AnyRun;
  readonly spec: GridSpec;
  /** The experiment as a link, without axes: what the head of the results says. */
  readonly link: string;
}

/** The lab of a link; refused where it does not run here. */
function labOf(hash: string): CliLab<AnyRun> {
  const id = /(?:^|[#?&])lab=([^&]*)/.exec(hash)?.[1] ?? 'diffusion';
  const lab = labs.find(({ kind }) => kind.lab === id);
  if (lab) return lab;
  const here = labs.map(({ title }) => title).join(' and the ');
  throw new Refused(
    `This is a link of the lab '${id.slice(0, 40)}'. The command line runs the ${here} lab; open others in the page.`,
  );
}

/** The experiment of a link's part behind its #. Whatever of it is not understood is refused: nothing else is run. */
export function askedOf(hash: string): Asked {
  const lab = labOf(hash);
  const { kind } = lab;
  const { base, refusals, grid } = lab.read(hash);
  if (refusals.length > 0) {
    const lines = refusals.map(({ where, value, because }) => `  ${where} '${value}': ${because}`);
    throw new Refused(`The link cannot be run as it stands.\n${lines.join('\n')}`);
  }
  if (!grid) return { lab, base, spec: lab.contenders(base), link: kind.hash(base, null) };
  const read = readGrid(grid, kind.axisNames(base));
  if ('refused' in read) throw new Refused(read.refused);
  const link = kind.link(base);
  return { lab, base: kind.parse(link), spec: read.spec, link };
}

/** What the head of results was made of. */
export function headBase({ link }: Pick<GridHead, 'link'>): Pick<Asked, 'lab' | 'base'> {
  const lab = labOf(link);
  return { lab, base: lab.kind.parse(link) };
}

/** The link of all that a head describes: the grid, or the experiment where its cells are its contenders. */
export function hashOf(head: GridHead): string {
  const { lab, base } = headBase(head);
  const { axes, skip } = lab.contenders(base);
  const plain = JSON.stringify([axes, skip]) === JSON.stringify([head.axes, head.skip]);
  return lab.kind.hash(base, plain ? null : writeGrid(head));
}

/** A link's part behind its #; undefined for what is no link. */
function hashOfLink(text: string): string | undefined {
  const cut = text.indexOf('#');
  if (/^https?:\/\//i.test(text)) return cut < 0 ? '' : text.slice(cut + 1);
  if (cut === 0) return text.slice(1);
  return /^[a-z]+=/i.test(text) ? text : undefined;
}

/** Results that the command line or the page's grid wrote. */
function hashOfResults(text: string): string | undefined {
  try {
    const { head } = JSON.parse(text) as { head?: GridHead };
    return head?.format === 'stepscope-grid' ? hashOf(head) : undefined;
  } catch {
    return undefined;
  }
}

/** The link's part behind its # that a file holds: one that the page exported, results, or a text with a link. */
export function hashInFile(name: string, bytes: Uint8Array): string {
  const text = bytes[0] === 137 ? '' : new TextDecoder().decode(bytes).trim();
  const results = text.startsWith('{') ? hashOfResults(text) : undefined;
  if (results !== undefined) return results;
  if (text !== '' && !text.startsWith('{')) {
    const lines = text
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '');
    const hash = hashOfLink(lines[0]!);
    if (lines.length > 1 && hash !== undefined)
      throw new Refused(`“${name}” holds ${lines.length} lines; a file holds one link.`);
    if (hash !== undefined) return hash;
    throw new Refused(`“${name}” holds no link, and is no file that the page exported.`);
  }
  try {
    return restoredHash(name, bytes);
  } catch (error) {
    throw error instanceof NoExperiment ? new Refused(error.message) : error;
  }
}

/** Reads a link, or a file where there is one of that name. */
export function readSource(source: string): Asked {
  const link = hashOfLink(source);
  if (link !== undefined) return askedOf(link);
  const stat = statSync(source, { throwIfNoEntry: false });
  if (!stat?.isFile())
    throw new Refused(
      `'${source.slice(0, 80)}' is neither a file that is there nor a link: an address with a #, or what stands behind it, as in model=ring8&n=256.`,
    );
  try {
    assertReadable(source, stat.size);
    return askedOf(hashInFile(source, readFileSync(source)));
  } catch (error) {
    throw error instanceof Error && 'code' in error
      ? new Refused(`“${source}” cannot be read: ${error.message}`)
      : error;
  }
}
