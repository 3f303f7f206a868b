// Files from the reader's disk, by drop or by picker, with the folders that they lie in. Nothing of them is read here.
import { ModelError } from '../../hub/files.ts';
import { commonFolder, isHidden, type GivenFile } from '../../hub/types.ts';

/** A model in shards has some hundred files; whoever drops more has dropped a folder of something else. */
export const MOST_FILES = 2000;
/** Folders in folders; the parts of a model lie in the first of them. */
export const MOST_DEPTH = 8;

const choose = 'Choose the folder that holds the model and nothing else.';
const tooMany = (): ModelError => new ModelError(`There are more than ${MOST_FILES} files in what you chose.`, choose);
const tooDeep = (path: string): ModelError =>
  new ModelError(`There are folders more than ${MOST_DEPTH} deep in what you chose: ${path.slice(0, 120)}.`, choose);

function checked(path: string, count: number): void {
  if (count > MOST_FILES) throw tooMany();
  if (path.split('/').length - 1 > MOST_DEPTH) throw tooDeep(path);
}

/** What a picker gave, of files or of a folder. Hidden files belong to other programs. */
export function pickedFiles(list: Iterable<File>): readonly GivenFile[] {
  const given: GivenFile[] = [];
  for (const file of list) {
    const path = file.webkitRelativePath || file.name;
    if (isHidden(path)) continue;
    given.push({ path, file });
    checked(path, given.length);
  }
  return given;
}

/** What was dropped, to be taken while the event is at hand: the list is empty afterwards. */
export const droppedEntries = (items: Iterable<DataTransferItem>): readonly FileSystemEntry[] =>
  [...items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);

const fileOf = (entry: FileSystemFileEntry) => new Promise<File>((resolve, reject) => entry.file(resolve, reject));
const moreOf = (reader: FileSystemDirectoryReader) =>
  new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));

/** All files in what was dropped, folders in folders opened too. ModelError for what is no folder of a model. */
export async function droppedFiles(entries: readonly FileSystemEntry[]): Promise<readonly GivenFile[]> {
  const given: GivenFile[] = [];
  const open = async (entry: FileSystemEntry, above: string): Promise<void> => {
    const path = `${above}${entry.name}`;
    if (isHidden(path)) return;
    if (entry.isFile) {
      checked(path, given.length + 1);
      given.push({ path, file: await fileOf(entry as FileSystemFileEntry) });
      return;
    }
    checked(`${path}/`, given.length);
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    // A reader gives a hundred at a time, and none at the end.
    for (let more = await moreOf(reader); more.length > 0; more = await moreOf(reader))
      for (const inside of more) await open(inside, `${path}/`);
  };
  try {
    for (const entry of entries) await open(entry, '');
  } catch (cause) {
    if (cause instanceof ModelError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ModelError(`What you dropped could not be read (${why}).`, 'It may have been moved: choose it again.');
  }
  if (given.length === 0 && entries.length > 0)
    throw new ModelError(`There are no files in ${entries.map((e) => `“${e.name}”`).join(', ')}.`, choose);
  return given;
}

/** What the model is called in the link: its folder, or the one file that has its weights. */
export function nameOf(files: readonly GivenFile[]): string {
  const weights = files.find(({ file }) => /\.(gguf|safetensors)$/i.test(file.name)) ?? files[0];
  const folder = files.length > 1 ? commonFolder(files) : null;
  return (folder ?? weights?.file.name ?? '').replace(/[/\\]/g, '_').slice(0, 200);
}
