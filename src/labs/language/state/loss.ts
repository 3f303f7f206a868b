// What narrower weights cost, measured once the first run is over: the reader's first token does not wait for it.
import { connection } from './connection.ts';
import { modelStore } from './model.ts';
import { notify } from './notices.ts';
import { languageRun } from './runStore.ts';

/** Nats per token from which a loss is said before the next run: a perplexity a tenth higher. */
export const LARGE_LOSS = 0.1;
const narrow = (format: string) => format === 'int8' || format === 'int4';
/** Models whose loss was measured or cannot be, by `modelKey`. */
const tried = new Set<string>();
let going = false;

/** Measures the model in use, unless it was; ends early when the reader wants something else of the worker. */
export async function measureLoss(): Promise<void> {
  const { loaded, key } = modelStore.getState();
  const client = connection.client();
  if (!client || !loaded || going || !narrow(loaded.format) || loaded.quantisationLoss || tried.has(key)) return;
  going = true;
  try {
    const { loss } = await client.ask('loss', {}).done;
    tried.add(key);
    const now = modelStore.getState();
    if (!loss || now.key !== key || !now.loaded) return;
    modelStore.setState({ loaded: { ...now.loaded, quantisationLoss: loss } });
    const more = loss.after - loss.before;
    if (more >= LARGE_LOSS)
      notify({
        kind: 'loss',
        tone: 'warning',
        title: `${loaded.format === 'int4' ? '4-bit' : '8-bit'} weights cost this model ${more.toFixed(2)} nats a token: what it writes is no longer quite its own.`,
        hint: `Its loss rises from ${loss.before.toFixed(2)} to ${loss.after.toFixed(2)}. Choose ${loaded.format === 'int4' ? '8-bit or ' : ''}16-bit weights under Model to compare.`,
      });
  } catch {
    // Ended by a run or a load: it is tried again after the next run. What failed is told by whatever runs next.
  } finally {
    going = false;
  }
}

/** After every run that came to its end. */
export const followLosses = (): void =>
  void languageRun.subscribe((now, before) => {
    if (now.phase === 'done' && before.phase !== 'done') void measureLoss();
  });
