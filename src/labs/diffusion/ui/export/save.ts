// Writes the file that a reader asks for.
import type { Format } from '../DiffusionTools.tsx';
import { isRowed } from '../../config/rowedViews.ts';
import { viewStore } from '../../state/viewStore.ts';
import type { ChartId } from './charts.ts';

export async function save(format: Format): Promise<void> {
  switch (format) {
    case 'png':
      return (await import('./picture.ts')).savePicture();
    case 'csv':
    case 'json':
      return (await import('../../state/download.ts')).saveResults(format);
    case 'python':
      return (await import('../../state/python.ts')).savePython();
    case 'comfyui':
      return (await import('../../state/comfy.ts')).saveComfy();
    case 'grid-csv':
      return (await import('../../state/grid.ts')).grid.save('csv');
    case 'grid-json':
      return (await import('../../state/grid.ts')).grid.save('json');
    case 'grid-png':
      return (await import('../../../../frame/ui/grid/sheet.ts')).saveSheet((await import('../grid/ui.ts')).gridUi);
    case 'task-csv':
      return (await import('../../state/editFiles.ts')).saveTask('csv');
    case 'task-json':
      return (await import('../../state/editFiles.ts')).saveTask('json');
    case 'seek-csv':
      return (await import('../../state/seekFiles.ts')).saveSeek('csv');
    case 'seek-json':
      return (await import('../../state/seekFiles.ts')).saveSeek('json');
    case 'task-png':
      return (await import('../edit/sheet.ts')).saveTaskSheet();
    case 'rowed-csv':
    case 'rowed-json':
    case 'rowed-png': {
      const { labView } = viewStore.getState();
      if (!isRowed(labView)) return;
      if (format === 'rowed-png') return (await import('../rowed/sheet.ts')).saveRowsSheet(labView);
      return (await import('../../state/rowedFiles.ts')).saveRows(labView, format === 'rowed-csv' ? 'csv' : 'json');
    }
    default:
      return (await import('./charts.ts')).saveChart(format.slice('svg-'.length) as ChartId);
  }
}
