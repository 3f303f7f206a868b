import { useState } from 'react';
import { Icon } from './Icon.tsx';

const choices = ['system', 'light', 'dark'] as const;
const words = { system: 'as the system', light: 'light', dark: 'dark' } as const;

/** Light, dark, or as the system: public/theme.js keeps the choice and acts on it before the first paint. */
export function ColoursButton() {
  const [chosen, setChosen] = useState(
    () => choices.find((c) => c === document.documentElement.dataset['colours']) ?? 'system',
  );
  const next = choices[(choices.indexOf(chosen) + 1) % 3]!;
  return (
    <button
      type="button"
      className="bare"
      aria-label={`Colours: ${words[chosen]}`}
      title={`Colours: ${words[chosen]}; press for ${words[next]}`}
      onClick={() => {
        setChosen(next);
        dispatchEvent(new CustomEvent('colours', { detail: next }));
      }}
    >
      <Icon name="half" />
    </button>
  );
}
