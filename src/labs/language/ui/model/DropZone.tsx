import { useRef, useState, type DragEvent } from 'react';
import { dropFiles } from '../../state/model.ts';

/** All files of what was dropped, folders opened one level deep: a model is a folder of files. */
async function filesOf(items: DataTransferItemList): Promise<File[]> {
  const entries = [...items].map((i) => i.webkitGetAsEntry()).filter((e) => e !== null);
  const file = (e: FileSystemFileEntry) => new Promise<File>((resolve, reject) => e.file(resolve, reject));
  const lists = entries.map(async (e): Promise<File[]> => {
    if (e.isFile) return [await file(e as FileSystemFileEntry)];
    const reader = (e as FileSystemDirectoryEntry).createReader();
    const inside: FileSystemEntry[] = [];
    // A reader gives a hundred at a time.
    for (
      let more: FileSystemEntry[] = [];
      (more = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))).length >
      0;
    )
      inside.push(...more);
    return Promise.all(inside.filter((i) => i.isFile).map((i) => file(i as FileSystemFileEntry)));
  });
  return (await Promise.all(lists)).flat();
}

/** Files from the reader's disk, by drop or by picker. They are read here and go nowhere. */
export function DropZone() {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const onDrop = (e: DragEvent) => {
    e.preventDefault();
    setOver(false);
    void filesOf(e.dataTransfer.items).then(dropFiles);
  };
  return (
    <div
      className={`drop-zone${over ? ' over' : ''}`}
      data-testid="drop-zone"
      onDragOver={(e) => {
        e.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <p>
        Drop a <code>.gguf</code>, or a folder with <code>config.json</code>, <code>tokenizer.json</code> and{' '}
        <code>.safetensors</code>.
      </p>
      <p className="buttons">
        <button type="button" onClick={() => files.current?.click()}>
          Choose files
        </button>
        <button type="button" onClick={() => folder.current?.click()}>
          Choose a folder
        </button>
      </p>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        accept=".gguf,.safetensors,.json,.txt,.model,.jinja"
        aria-label="Model files"
        onChange={(e) => dropFiles([...(e.target.files ?? [])])}
      />
      <input
        ref={folder}
        type="file"
        multiple
        hidden
        aria-label="Model folder"
        {...{ webkitdirectory: '' }}
        onChange={(e) => dropFiles([...(e.target.files ?? [])])}
      />
    </div>
  );
}
