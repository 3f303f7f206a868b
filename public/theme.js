// Light or dark, set before anything is painted: as the reader chose, else as the system says. A file of its own, because
// the page's policy runs no script that stands in the page.
(() => {
  const KEY = 'stepscope-colours';
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  let chosen = null;
  try {
    chosen = localStorage.getItem(KEY);
  } catch {
    // A browser that keeps nothing for the page: the choice lasts until the page is closed.
  }
  const apply = () => {
    if (chosen !== 'light' && chosen !== 'dark') chosen = 'system';
    root.dataset.colours = chosen;
    const system = dark.matches ? 'dark' : 'light';
    root.dataset.theme = chosen === 'system' ? system : chosen;
    document.querySelector('meta[name="theme-color"]').content = root.dataset.theme === 'dark' ? '#131416' : '#fafaf7';
  };
  dark.addEventListener('change', apply);
  // Another tab has chosen.
  addEventListener('storage', (event) => {
    if (event.key !== KEY) return;
    chosen = event.newValue;
    apply();
  });
  // frame/ui/ColoursButton.tsx
  addEventListener('colours', (event) => {
    chosen = event.detail;
    try {
      localStorage.setItem(KEY, chosen);
    } catch {
      // As above.
    }
    apply();
  });
  apply();
})();
