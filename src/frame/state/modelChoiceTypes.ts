// What a choice of a model is: its state, what it is made from, what can be done with it.
import type { StoreApi } from 'zustand/vanilla';
import type { Client } from '../../engine/worker/client.ts';
import type { FitReport, LoadedModel, LoadProgress, ModelRequests } from '../../engine/modelRequests.ts';
import type { ModelSource } from '../../hub/source.ts';
import type { GivenFile, StoredModel } from '../../hub/types.ts';
import type { Teller } from './notices.ts';

export interface ModelChoiceState<
  Id extends string = string,
  Format extends string = string,
  Loaded extends LoadedModel<Id> = LoadedModel<Id>,
  Fit extends FitReport = FitReport,
  Progress extends LoadProgress<string> = LoadProgress<string>,
> {
  /** In the worker, ready to run. */
  readonly loaded: Loaded | null;
  /** The format in which it was asked for. */
  readonly format: Format | null;
  /** Its source and format as one text, as it was asked for; '' where none is loaded. */
  readonly key: string;
  readonly phase: 'idle' | 'asking' | 'offered' | 'loading';
  readonly progress: Progress | null;
  /** What the model that is being looked at would need here, and its source. */
  readonly offer: { readonly source: ModelSource<Id>; readonly report: Fit } | null;
  /** Why the model being looked at cannot be had. */
  readonly refused: { readonly message: string; readonly hint: string } | null;
  readonly stored: readonly StoredModel[];
  readonly used: number;
  readonly quota: number | null;
}

/** The ways on that a choice offers; the lab's notices know them. */
export type ChoiceAction = 'loadAgain' | 'defaultModel';

export interface ModelChoiceOptions<
  Id extends string,
  Format extends string,
  Loaded extends LoadedModel<Id>,
  Fit extends FitReport,
  Progress extends LoadProgress<string>,
> {
  readonly connection: { readonly client: () => Client<ModelRequests<Id, Format, Loaded, Fit, Progress>> | null };
  readonly notices: Teller<ChoiceAction>;
  readonly experiment: {
    /** What the experiment asks for now. */
    readonly wish: () => { readonly source: ModelSource<Id>; readonly format: Format };
    /** The reader's choice of another model. */
    readonly choose: (source: ModelSource<Id>) => void;
    /** Back to the model that is in use, after another could not be loaded. */
    readonly putBack: (source: ModelSource<Id>, format: Format) => void;
  };
  /** How a file is chosen that a link names and cannot carry. */
  readonly chooseFile?: string;
  readonly onLoaded?: (loaded: Loaded) => void;
}

/** What the components of `frame/ui/model` need of a choice, whatever its kind of model. */
export interface ModelChoice<
  Id extends string = string,
  Format extends string = string,
  Loaded extends LoadedModel<Id> = LoadedModel<Id>,
  Fit extends FitReport = FitReport,
  Progress extends LoadProgress<string> = LoadProgress<string>,
> {
  readonly store: StoreApi<ModelChoiceState<Id, Format, Loaded, Fit, Progress>>;
  /** Asks what a model would need here, and shows it. Resolves to false when it cannot be had at all. */
  look(source: ModelSource<Id>): Promise<boolean>;
  /** Takes an offer or a refusal away. */
  putAway(): void;
  /** The reader has seen what it takes and wants it. */
  agree(source: ModelSource<Id>): void;
  /** Files from the reader's disk become a model under the name of their folder or of the one file, and are looked at. */
  give(files: readonly GivenFile[]): void;
  /** What a picker holds, and what a drop holds while its event is at hand. */
  takePicked(list: Iterable<File> | null): void;
  takeDropped(items: Iterable<DataTransferItem>): void;
  /** Makes the experiment's model ready; true when it is. The newest wish wins, and the same wish twice is one. */
  ready(): Promise<boolean>;
  /** Tries the model again that could not be had. */
  loadAgain(): void;
  cancelLoad(): void;
  /** A fresh worker has no model. */
  forgetLoaded(): void;
  readStored(): Promise<void>;
  forgetStored(key: string): Promise<void>;
  /** Kept in memory only: never in the link, the history or a store. */
  setToken(text: string): void;
  /** For loads that another request of the worker brings with it. */
  onLoadProgress(progress: Progress): void;
}

/** A choice as components draw it and speak to it, whatever its kind of model. */
export type ShownChoice<Fit extends FitReport = FitReport> = Omit<ModelChoice, 'store'> & {
  readonly store: Pick<
    StoreApi<ModelChoiceState<string, string, LoadedModel, Fit>>,
    'getState' | 'getInitialState' | 'subscribe'
  >;
};
