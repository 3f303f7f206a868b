import type { ReactNode } from 'react';
import { quantity } from './quantity.ts';

interface Props {
  readonly caption: string;
  readonly kind: 'before' | 'after';
  readonly values: readonly number[];
  /** What the longest bar is of. */
  readonly most: number;
  readonly label: (i: number) => ReactNode;
}

/** Numbers of what was found, or of what there was: a bar each. */
export const BarTable = ({ caption, kind, values, most, label }: Props) => (
  <table>
    <caption>{caption}</caption>
    <tbody>
      {values.map((v, i) => (
        <tr key={i}>
          <th scope="row">{label(i)}</th>
          <td className="bar-cell">
            <i className={`bar ${kind}`} style={{ width: `${(100 * v) / most}%` }} aria-hidden="true" />
          </td>
          <td className="n">{quantity(v)}</td>
        </tr>
      ))}
    </tbody>
  </table>
);
