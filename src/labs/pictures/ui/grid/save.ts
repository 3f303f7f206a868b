// Writes the file of the grid that a reader asks for.
import { grid } from '../../state/grid.ts';

export async function saveGrid(format: 'grid-csv' | 'grid-json' | 'grid-png'): Promise<void> {
  if (format === 'grid-csv') return grid.save('csv');
  if (format === 'grid-json') return grid.save('json');
  return (await import('../../../../frame/ui/grid/sheet.ts')).saveSheet({ grid });
}
