/** What a reader gave along with a source: dropped files, a hub token. Never part of a link. */
export interface Given {
  readonly files: readonly File[];
  readonly token: string | null;
}
export const nothingGiven: Given = { files: [], token: null };
export interface StoredModel {
  readonly key: string;
  readonly title: string;
  readonly bytes: number;
  readonly complete: boolean;
  readonly usedAt: number;
}
