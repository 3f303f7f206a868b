import { useRef, useState, type DragEvent, type ReactNode } from 'react';
import type { ShownChoice } from '../../state/modelChoiceTypes.ts';
import './model.css';

export interface DropZoneProps {
  readonly choice: ShownChoice;
  /** Kinds of single files, as an input's `accept`. */
  readonly accept: string;
  /** What to drop, in words. */
  readonly children: ReactNode;
}

/** Files from the reader's disk, by drop or by picker. They are read here and go nowhere. */
export function DropZone({ choice, accept, children }: DropZoneProps) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const onDrop = (e: DragEvent) => {
    e.preventDefault();
    setOver(false);
    choice.takeDropped(e.dataTransfer.items);
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
      <p>{children}</p>
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
        accept={accept}
        aria-label="Model files"
        onChange={(e) => choice.takePicked(e.target.files)}
      />
      <input
        ref={folder}
        type="file"
        multiple
        hidden
        aria-label="Model folder"
        {...{ webkitdirectory: '' }}
        onChange={(e) => choice.takePicked(e.target.files)}
      />
    </div>
  );
}
