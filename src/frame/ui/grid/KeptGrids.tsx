import { useStore } from 'zustand';
import { useGrid } from './context.ts';

const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'short' });

/** Grids of before, kept in this browser with their results. */
export function KeptGrids() {
  const kept = useStore(useGrid().grid.plan, (s) => s.kept);
  if (kept.length === 0) return null;
  return (
    <select
      aria-label="Earlier grids"
      value=""
      title="Grids that this browser keeps with their results"
      onChange={(e) => {
        location.hash = kept.find((g) => g.id === Number(e.target.value))?.hash ?? location.hash;
      }}
    >
      <option value="">Earlier grids…</option>
      {kept.map((g) => (
        <option key={g.id} value={g.id}>
          {g.title}, {g.cells} cells, {when.format(g.at)}
        </option>
      ))}
    </select>
  );
}
