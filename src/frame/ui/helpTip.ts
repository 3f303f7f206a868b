// The sentence of the control that the pointer rests on or that the keyboard has reached. One at a time, over everything
// (so that no column cuts it), beside its control and never on it; gone as soon as that or anything else is used.
import { tipPlace } from './tipPlace.ts';

/** Rests this long on a control before its sentence is shown. */
const REST_MS = 550;

const controlOf = (target: EventTarget | null): Element | null =>
  target instanceof Element ? target.closest('.labelled') : null;
/** The control that the keyboard is at. */
const reached = (element: EventTarget | null): Element | null =>
  element instanceof Element && element.matches(':focus-visible') ? controlOf(element) : null;

function show(control: Element, tip: HTMLElement): void {
  const text = control.querySelector('.help')?.textContent;
  if (!control.isConnected || !text) return;
  tip.textContent = text;
  document.body.append(tip);
  const { clientWidth: width, clientHeight: height } = document.documentElement;
  const { left, top } = tipPlace(control.getBoundingClientRect(), tip.getBoundingClientRect(), { width, height });
  tip.style.left = `${left}px`;
  tip.style.top = `${top}px`;
}

/** From here on; once for the page. */
export function watchHelp(): void {
  const tip = document.createElement('div');
  tip.className = 'help-tip';
  tip.ariaHidden = 'true';
  let timer: ReturnType<typeof setTimeout> | undefined;
  let hovered: Element | null = null;
  let seen = '';
  const hide = () => {
    clearTimeout(timer);
    tip.remove();
  };
  const rest = (control: Element | null) => {
    hide();
    if (control) timer = setTimeout(show, REST_MS, control, tip);
  };
  document.addEventListener('pointerover', (e) => {
    const control = controlOf(e.target);
    if (control === hovered || e.pointerType === 'touch') return;
    hovered = control;
    // Where the page moved beneath a pointer that stands still, nobody has asked.
    const place = `${e.clientX} ${e.clientY}`;
    rest(e.buttons === 0 && place !== seen ? control : null);
    seen = place;
  });
  document.addEventListener('pointermove', (e) => void (seen = `${e.clientX} ${e.clientY}`), { passive: true });
  document.addEventListener('focusin', (e) => rest(reached(e.target)));
  for (const event of ['pointerdown', 'input', 'keydown', 'focusout']) document.addEventListener(event, hide, true);
  // Reaching a control may scroll to it: that takes away a sentence which is shown, not one to come.
  document.addEventListener('scroll', () => tip.remove(), true);
  // The control that made this load.
  rest(reached(document.activeElement));
}
