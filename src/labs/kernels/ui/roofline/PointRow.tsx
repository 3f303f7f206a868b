import { editKernels } from '../../state/experimentStore.ts';
import type { FamilyInfo } from '../../state/types.ts';
import { Marker } from '../../../../frame/ui/Marker.tsx';
import { duration, giga, percent, shapeName, shapeWords } from '../text.ts';
import type { pointsOf } from './points.ts';

interface Props {
  readonly point: ReturnType<typeof pointsOf>[number];
  readonly slot: number;
  readonly family: FamilyInfo | undefined;
  readonly highlighted: boolean;
  onHighlight(key: string | null): void;
}

/** One measured kernel; pointing at it, or reaching it with the keyboard, shows it in the chart. */
export function PointRow({ point, slot, family, highlighted, onHighlight }: Props) {
  const { key, result: r, intensity, moved, flops } = point;
  return (
    <tr
      className={highlighted ? 'inspected' : ''}
      onPointerEnter={() => onHighlight(key)}
      onPointerLeave={() => onHighlight(null)}
    >
      <th scope="row">
        <Marker slot={slot} />{' '}
        <button
          type="button"
          className="as-link"
          onFocus={() => onHighlight(key)}
          onBlur={() => onHighlight(null)}
          onClick={() => editKernels({ view: 'kernels', family: r.family, shape: r.shape, versions: [] })}
        >
          {family?.title ?? r.family}
        </button>{' '}
        {r.version}
      </th>
      <td title={family && shapeWords(family, r.shape)}>{family ? shapeName(family, r.shape) : ''}</td>
      <td className="n">{duration(r.timing!.medianMs)}</td>
      <td className="n">{giga(flops)}</td>
      <td className="n">{giga(r.bytesPerSecond ?? 0)}</td>
      <td className="n">{giga(intensity * 1e9)}</td>
      <td className="n">{giga(moved * 1e9)}</td>
      <td className="n">{r.share === null ? '–' : percent(r.share)}</td>
      <td>{r.boundBy}</td>
    </tr>
  );
}
