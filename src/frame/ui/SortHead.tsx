import { nextSort, type Sort } from './sort.ts';

interface Props {
  readonly column: { readonly id: string; readonly head: string; readonly unit: string; readonly help: string };
  readonly sort: Sort | null;
  onSort(sort: Sort | null): void;
}

/** The head of a column of numbers; pressing it sorts by the column. */
export function SortHead({ column: { id, head, unit, help }, sort, onSort }: Props) {
  const own = sort?.id === id ? sort : null;
  const direction = own?.down ? 'descending' : 'ascending';
  return (
    <th scope="col" className="n" aria-sort={own ? direction : 'none'}>
      <button type="button" title={help} onClick={() => onSort(nextSort(sort, id))}>
        {head}
        {own && <span aria-hidden="true">{own.down ? ' ↓' : ' ↑'}</span>}
        <span className="unit">{unit || '\u00a0'}</span>
      </button>
    </th>
  );
}
