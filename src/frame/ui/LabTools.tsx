import { useStore } from 'zustand';
import type { StoreApi } from 'zustand';
import type { ReactNode } from 'react';
import type { DeviceState } from '../state/deviceStore.ts';
import type { Undoable } from '../state/undoable.ts';
import { DeviceButton } from './DeviceButton.tsx';
import { Icon } from './Icon.tsx';
import { LibraryButton, LibraryPanel } from './LibraryButton.tsx';
import { ShareButtons, type ShareProps } from './ShareButtons.tsx';

/** A button that opens a panel of the lab. */
export interface PanelTool<P extends string> {
  readonly panel: P;
  readonly title: ReactNode;
  readonly help: string;
  /** Where the title is not the whole name. */
  readonly label?: string;
}
export const galleryTool = {
  panel: 'gallery',
  title: 'Gallery',
  help: 'Ready-made experiments, each showing one claim on your own machine',
} as const;

interface Props<P extends string, F extends string> {
  readonly tools: readonly PanelTool<P>[];
  onOpen(panel: P | 'device'): void;
  readonly experiment: Pick<Undoable<object>, 'undo' | 'redo'> & {
    readonly store: StoreApi<{ readonly past: readonly unknown[]; readonly future: readonly unknown[] }>;
  };
  readonly device: DeviceState;
  readonly share: ShareProps<F>;
}

/** What can be opened in a lab, undone, and taken away. */
export function LabTools<P extends string, F extends string>({
  tools,
  onOpen,
  experiment,
  device,
  share,
}: Props<P, F>) {
  const canUndo = useStore(experiment.store, (s) => s.past.length > 0);
  const canRedo = useStore(experiment.store, (s) => s.future.length > 0);
  return (
    <>
      <nav aria-label="Experiments">
        {tools.map(({ panel, title, help, label }) => (
          <button key={panel} type="button" onClick={() => onOpen(panel)} title={help} aria-label={label}>
            {title}
          </button>
        ))}
        <LibraryButton />
        <button
          type="button"
          onClick={experiment.undo}
          disabled={!canUndo}
          aria-label="Undo"
          title="Undo the last change"
        >
          <Icon name="undo" />
        </button>
        <button type="button" onClick={experiment.redo} disabled={!canRedo} aria-label="Redo" title="Redo">
          <Icon name="redo" />
        </button>
      </nav>
      <DeviceButton device={device} onOpen={() => onOpen('device')} />
      <ShareButtons {...share} />
      <LibraryPanel />
    </>
  );
}
