/** One line of a menu, as a registry gives it. */
export interface MenuItem<Id extends string> {
  readonly id: Id;
  readonly title: string;
  readonly summary: string;
  readonly paper: { readonly title: string; readonly url: string } | null;
}
