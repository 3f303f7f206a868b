import { useEffect, useRef, type KeyboardEvent, type PointerEvent, type RefObject } from 'react';
import { panned, WHOLE, zoomed, type Camera } from '../../state/camera.ts';

/** Where zoom and pan are kept, and the sample that is pointed at. */
export interface Looking {
  getState(): { readonly camera: Camera; readonly sample?: number | null };
  set(patch: { readonly camera?: Camera; readonly sample?: number | null }): void;
}

/** A press that moves less than this is a press, not a drag. */
const STILL = 4;

interface Handlers {
  onPointerDown(e: PointerEvent<HTMLElement>): void;
  onPointerMove(e: PointerEvent<HTMLElement>): void;
  onPointerUp(e: PointerEvent<HTMLElement>): void;
  onPointerCancel(): void;
  onPointerLeave(): void;
  onDoubleClick(): void;
  onKeyDown(e: KeyboardEvent): void;
}
interface Use {
  /** Whether the wheel zooms without a key: not where it would stop the page from scrolling. */
  readonly wheel: boolean;
  readonly looking: Looking;
  /** The sample at a place of the canvas, where samples are marked. */
  sampleAt?(px: number, py: number): number | null;
  onPress?(): void;
}

/** Zoom, pan and the sample under the pointer, for one canvas of several that show the same part. */
export function useCamera(ref: RefObject<HTMLElement | null>, use: Use): Handlers {
  const drag = useRef<{ x: number; y: number; moved: boolean } | null>(null);
  const { wheel, looking } = use;
  // React listens to the wheel passively, so that it could not keep the page from scrolling.
  useEffect(() => {
    const element = ref.current;
    const onWheel = (e: WheelEvent) => {
      if (!wheel && !e.ctrlKey && !e.metaKey) return;
      e.preventDefault();
      const box = element!.getBoundingClientRect();
      const at = [(e.clientX - box.left) / box.width, (e.clientY - box.top) / box.height] as const;
      looking.set({ camera: zoomed(looking.getState().camera, Math.exp(-e.deltaY / 300), ...at) });
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, [ref, wheel, looking]);
  const hover = (e: PointerEvent<HTMLElement>) => {
    if (!use.sampleAt) return;
    const box = e.currentTarget.getBoundingClientRect();
    const sample = use.sampleAt(e.clientX - box.left, e.clientY - box.top);
    if (sample !== looking.getState().sample) looking.set({ sample });
  };
  return {
    onPointerDown(e) {
      if (e.button !== 0) return;
      drag.current = { x: e.clientX, y: e.clientY, moved: false };
    },
    onPointerMove(e) {
      const from = drag.current;
      if (!from || e.buttons === 0) return hover(e);
      const [dx, dy] = [e.clientX - from.x, e.clientY - from.y];
      if (!from.moved && Math.hypot(dx, dy) < STILL) return;
      const { camera } = looking.getState();
      const size = e.currentTarget.clientWidth;
      if (!from.moved) e.currentTarget.setPointerCapture(e.pointerId);
      drag.current = { x: e.clientX, y: e.clientY, moved: true };
      looking.set({ camera: panned(camera, -dx / size, -dy / size) });
    },
    onPointerUp() {
      if (drag.current && !drag.current.moved) use.onPress?.();
      drag.current = null;
    },
    onPointerCancel() {
      drag.current = null;
    },
    onPointerLeave() {
      if (use.sampleAt) looking.set({ sample: null });
    },
    onDoubleClick: () => looking.set({ camera: WHOLE }),
    onKeyDown(e) {
      const { camera } = looking.getState();
      const next = keyed(camera, e.key);
      if (next) {
        e.preventDefault();
        looking.set({ camera: next });
      } else if (e.key === 'Enter' && use.onPress) {
        e.preventDefault();
        use.onPress();
      }
    },
  };
}

/** Where a key leads the view; null for one that is no key of it. */
export function keyed(camera: typeof WHOLE, key: string): typeof WHOLE | null {
  switch (key) {
    case '+':
    case '=':
      return zoomed(camera, 1.5, 0.5, 0.5);
    case '-':
      return zoomed(camera, 1 / 1.5, 0.5, 0.5);
    case '0':
      return WHOLE;
    case 'ArrowLeft':
      return panned(camera, -0.1, 0);
    case 'ArrowRight':
      return panned(camera, 0.1, 0);
    case 'ArrowUp':
      return panned(camera, 0, -0.1);
    case 'ArrowDown':
      return panned(camera, 0, 0.1);
    default:
      return null;
  }
}
