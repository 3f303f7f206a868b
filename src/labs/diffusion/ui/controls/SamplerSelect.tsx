import { isStochastic, newContender } from '../../config/contender.ts';
import { samplerMenu, type SamplerId } from '../../config/menus.ts';

const groups = [false, true].map((stochastic) => ({
  label: stochastic ? 'Stochastic' : 'Deterministic',
  items: samplerMenu.filter((m) => isStochastic(newContender(m.id, 2)) === stochastic),
}));

/** The sampler menu, in two groups; typing a name finds it. */
export function SamplerSelect({
  name,
  value,
  onChange,
}: {
  name: string;
  value: SamplerId;
  onChange(id: SamplerId): void;
}) {
  return (
    <select
      className="sampler-select"
      aria-label={`${name}: sampler`}
      value={value}
      title={samplerMenu.find((m) => m.id === value)?.summary}
      onChange={(e) => onChange(e.target.value as SamplerId)}
    >
      {groups.map(
        (g) =>
          g.items.length > 0 && (
            <optgroup key={g.label} label={g.label}>
              {g.items.map((m) => (
                <option key={m.id} value={m.id}>
                  {m.title}
                </option>
              ))}
            </optgroup>
          ),
      )}
    </select>
  );
}
