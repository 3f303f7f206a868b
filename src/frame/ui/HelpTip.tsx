import { useEffect, useRef, useState } from 'react';
import { tipPlace } from './tipPlace.ts';

/** Rests this long on a control before its sentence is shown. */
const REST_MS = 550;

/**
 * The sentence of the control that the pointer rests on or that the keyboard has reached. One at a time, over everything
 * (so that no column cuts it), beside its control and never on it; gone as soon as that or anything else is used.
 */
export default function HelpTip() {
  const [of, setOf] = useState<HTMLElement | null>(null);
  const tip = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hide = () => {
      clearTimeout(timer);
      setOf(null);
    };
    const rest = (control: Element | null) => {
      hide();
      if (control instanceof HTMLElement) timer = setTimeout(() => setOf(control), REST_MS);
    };
    const controlOf = (target: EventTarget | null) => (target instanceof Element ? target.closest('.labelled') : null);
    let hovered: Element | null = null;
    const onOver = (e: PointerEvent) => {
      const control = controlOf(e.target);
      if (control === hovered || e.pointerType === 'touch') return;
      hovered = control;
      rest(e.buttons === 0 ? control : null);
    };
    const onFocus = (e: FocusEvent) => {
      if (e.target instanceof Element && e.target.matches(':focus-visible')) rest(controlOf(e.target));
      else hide();
    };
    // The control that made this load.
    const { activeElement } = document;
    rest(activeElement?.matches(':focus-visible') ? controlOf(activeElement) : null);
    // Reaching a control may scroll to it: that hides a sentence which is shown, not one to come.
    const moved = () => setOf(null);
    const used = ['pointerdown', 'input', 'keydown', 'focusout'] as const;
    document.addEventListener('pointerover', onOver);
    document.addEventListener('focusin', onFocus);
    document.addEventListener('scroll', moved, true);
    for (const event of used) document.addEventListener(event, hide, true);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('pointerover', onOver);
      document.removeEventListener('focusin', onFocus);
      document.removeEventListener('scroll', moved, true);
      for (const event of used) document.removeEventListener(event, hide, true);
    };
  }, []);
  useEffect(() => {
    const box = tip.current;
    if (!of || !box) return;
    const { left, top } = tipPlace(of.getBoundingClientRect(), box.getBoundingClientRect(), {
      width: document.documentElement.clientWidth,
      height: innerHeight,
    });
    box.style.left = `${left}px`;
    box.style.top = `${top}px`;
    box.style.visibility = 'visible';
  }, [of]);
  if (!of?.isConnected) return null;
  return (
    <div key={of.querySelector('.help')?.id} className="help-tip" ref={tip} aria-hidden="true">
      {of.querySelector('.help')?.textContent}
    </div>
  );
}
