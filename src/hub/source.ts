// A model's name as text: `sotu`, `hub:owner/name@revision`, `hub:owner/name@main:model-q4_0.gguf`, `file:name.gguf`.
import type { LanguageModelId } from '../models/language.ts';
import type { PictureModelId } from '../models/pictures.ts';

/**
 * Where weights come from. A `file` is on the reader's disk: a link can name it, not carry it. `Id`: the bundled models
 * that a lab has.
 */
export type ModelSource<Id extends string = string> =
  | { readonly from: 'bundled'; readonly id: Id }
  /** `file` picks one file of the repository (a GGUF); null takes config.json with safetensors. */
  | { readonly from: 'hub'; readonly repo: string; readonly revision: string; readonly file: string | null }
  | { readonly from: 'file'; readonly name: string };
export type LanguageSource = ModelSource<LanguageModelId>;
export type PictureSource = ModelSource<PictureModelId>;

const REPO = /^[A-Za-z0-9][\w.-]{0,95}(\/[A-Za-z0-9][\w.-]{0,95})?$/;
const REVISION = /^[A-Za-z0-9][\w./-]{0,99}$/;
const FILE = /^[\w][\w .+()-]*(\/[\w][\w .+()-]*)*$/;

/** The source, or why the text names none. `bundledIds`: the models that come with the page, for this kind of model. */
export function parseSource<Id extends string>(text: string, bundledIds: readonly Id[]): ModelSource<Id> | string {
  if (text.startsWith('hub:')) {
    const match = /^([^@:]*)(?:@([^:]*))?(?::(.*))?$/.exec(text.slice(4))!;
    const repo = match[1]!;
    const revision = match[2] ?? 'main';
    const file = match[3] ?? null;
    if (!REPO.test(repo) || repo.includes('..') || repo.includes('--'))
      return `'${repo.slice(0, 60)}' is not a repository name like owner/name`;
    if (!REVISION.test(revision) || revision.includes('..'))
      return `'${revision.slice(0, 60)}' is not a branch, tag or commit`;
    if (file !== null && (!FILE.test(file) || file.includes('..') || file.length > 200))
      return `'${file.slice(0, 60)}' is not a file name`;
    return { from: 'hub', repo, revision, file };
  }
  if (text.startsWith('file:')) {
    const name = text.slice(5);
    return name === '' || name.length > 200 || /[/\\]/.test(name) || [...name].some((c) => c < ' ')
      ? 'a local model is named by one file or folder name'
      : { from: 'file', name };
  }
  const id = bundledIds.find((known) => known === text);
  return id
    ? { from: 'bundled', id }
    : `there is no bundled model '${text.slice(0, 60)}'; write hub:owner/name for one from the hub`;
}

/** Repository and revision of an address of the hub, as a browser's bar has it; null for anything else. */
export function repoOfAddress(text: string): { readonly repo: string; readonly revision: string | null } | null {
  const match =
    /^(?:https?:\/\/)?(?:www\.)?(?:huggingface\.co|hf\.co)\/([\w.-]+\/[\w.-]+)(?:\/(?:tree|blob|resolve)\/([\w.-]+))?(?:[/?#].*)?$/.exec(
      text.trim(),
    );
  return match && { repo: match[1]!, revision: match[2] ?? null };
}

export function formatSource(source: ModelSource): string {
  switch (source.from) {
    case 'bundled':
      return source.id;
    case 'hub':
      return `hub:${source.repo}${source.revision === 'main' && source.file === null ? '' : `@${source.revision}`}${source.file === null ? '' : `:${source.file}`}`;
    case 'file':
      return `file:${source.name}`;
    default:
      return source satisfies never;
  }
}
