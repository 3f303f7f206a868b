// What a lab with models of its readers' choice asks its worker: what a model would need here, to load it, what is kept on
// this machine. Kinds of models add to these shapes.
import type { GivenFile, StoredModel } from '../hub/types.ts';
import type { ModelSource } from '../hub/source.ts';

export type LoadPhase = 'download' | 'read' | 'upload' | 'compile' | 'warm up';
/** Progress of any load: first of the bytes, then of what is done with them. */
export interface LoadProgress<Phase extends string = LoadPhase> {
  readonly kind: 'load';
  readonly phase: Phase;
  /** Display name of the model. */
  readonly model: string;
  /** Of models in several parts: the one that is being loaded. */
  readonly part?: string;
  readonly done: number;
  readonly total: number;
  /** Bytes per second over the last seconds, null when unknown. */
  readonly speed: number | null;
  readonly remainingMs: number | null;
  /** Bytes that came from this machine's own store instead of the network. */
  readonly fromStore: number;
}

/** What a model would need here, said before its download. */
export interface FitReport<Format extends string = string> {
  readonly title: string;
  readonly downloadBytes: number;
  /** Already on this machine. */
  readonly storedBytes: number;
  readonly freeBytes: number | null;
  readonly formats: readonly {
    readonly format: Format;
    readonly gpuBytes: number;
    readonly fits: boolean;
    /** e.g. "the head is split in 3 bindings" or why it does not fit */ readonly how: string;
  }[];
  /** Of models in several parts: the download by part. */
  readonly parts?: readonly { readonly name: string; readonly bytes: number }[];
  /** One line for the reader, and where the terms are. */
  readonly licence?: { readonly text: string; readonly link: string | null };
  /** What the reader should know before the download, as sentences. */
  readonly remarks?: readonly string[];
}

/** A model in the worker, ready to run. */
export interface LoadedModel<Id extends string = string> {
  readonly source: ModelSource<Id>;
  readonly title: string;
}

export interface ModelRequests<
  Id extends string,
  Format extends string,
  Loaded extends LoadedModel<Id>,
  Fit extends FitReport,
  Progress extends LoadProgress<string>,
> {
  /** Make a model ready. A failed load leaves the one before usable. `files`: what the reader gave, for from: 'file'. */
  load: {
    in: {
      readonly source: ModelSource<Id>;
      readonly format: Format;
      readonly files: readonly GivenFile[];
      readonly token: string | null;
    };
    progress: Progress;
    out: Loaded;
  };
  /** What a model would need here, asked before its download. */
  fit: {
    in: { readonly source: ModelSource<Id>; readonly files: readonly GivenFile[]; readonly token: string | null };
    progress: never;
    out: Fit;
  };
  /** Models kept on this machine. */
  stored: {
    in: Record<string, never>;
    progress: never;
    out: { readonly models: readonly StoredModel[]; readonly used: number; readonly quota: number | null };
  };
  forget: { in: { readonly key: string }; progress: never; out: Record<string, never> };
}
