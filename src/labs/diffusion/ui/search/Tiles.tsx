import type { Contender } from '../../config/experiment.ts';
import { tilesOf } from './words.ts';

/** A composed plan, a coloured tile a step. */
export function Tiles({ contender, sigmas }: { readonly contender: Contender; readonly sigmas: readonly number[] }) {
  const tiles = tilesOf(contender, sigmas);
  if (tiles.length === 0) return null;
  return (
    <section className="tiles" aria-label="The plan, step by step">
      <h3>The plan, a tile a step</h3>
      <ol>
        {tiles.map((tile, i) => (
          <li
            key={i}
            className={`tile of-${tile.order === 1 ? 'd' : tile.of}`}
            title={tile.words}
            aria-label={tile.words}
          >
            {tile.text}
          </li>
        ))}
      </ol>
      <p className="fine legend">
        <span>
          <i className="tile of-d" aria-hidden="true" /> 1: Euler, or to D
        </span>
        <span>
          <i className="tile of-x" aria-hidden="true" /> D: of that order in D
        </span>
        <span>
          <i className="tile of-e" aria-hidden="true" /> ε: of that order in the noise
        </span>
        <span>↺ corrected by the next evaluation</span>
      </p>
    </section>
  );
}
