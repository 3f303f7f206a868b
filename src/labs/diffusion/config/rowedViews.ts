// Views whose value is of the kind of rowed.ts: a link carries it as text under the view's name.
export const ROWED_VIEWS = ['distil', 'sequences', 'discrete'] as const;
export type RowedView = (typeof ROWED_VIEWS)[number];
export interface RowedText {
  readonly view: RowedView;
  /** Unread: the view reads it when it is shown. */
  readonly text: string;
}
export const isRowed = (view: string): view is RowedView => (ROWED_VIEWS as readonly string[]).includes(view);
