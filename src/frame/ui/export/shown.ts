// What the page shows at this moment, as an export takes it along.
import type { TableCell } from './blocks.ts';

export const words = (element: Element | null | undefined): string =>
  element?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
export const all = <E extends Element>(selector: string, within: ParentNode = document): E[] => [
  ...within.querySelectorAll<E>(selector),
];

/** The words of a cell; a column's unit after a comma. */
function cellText(cell: Element): string {
  const unit = words(cell.querySelector('.unit'));
  const text = words(cell);
  return unit === '' ? text : `${text.slice(0, -unit.length).trim()}, ${unit}`;
}

/** The table of results as it stands, its head bold, without columns that say nothing. */
export function tableShown(): readonly (readonly TableCell[])[] {
  const rows = all<HTMLTableRowElement>('.results table tr').map((row, r) =>
    [...row.cells].map((cell) => ({
      text: cellText(cell),
      bold: r === 0 || cell.classList.contains('best'),
      right: cell.classList.contains('n'),
    })),
  );
  const told = (i: number) => rows.slice(1).some((row) => (row[i]?.text ?? '') !== '');
  return rows.map((row) => row.filter((_, i) => i === 0 || told(i)));
}
