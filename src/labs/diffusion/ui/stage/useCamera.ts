import { useEffect, useRef, type KeyboardEvent, type PointerEvent, type RefObject } from 'react';
import { panned, WHOLE, zoomed } from '../../../../frame/state/camera.ts';
import { setView, viewStore } from '../../state/viewStore.ts';

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
  /** The sample at a place of the canvas. */
  sampleAt(px: number, py: number): number | null;
  onPress?(): void;
}

/** Zoom, pan and the sample under the pointer, for one canvas of several that show the same part. */
export function useCamera(ref: RefObject<HTMLElement | null>, use: Use): Handlers {
  const drag = useRef<{ x: number; y: number; moved: boolean } | null>(null);
  const { wheel } = use;
  // React listens to the wheel passively, so that it could not keep the page from scrolling.
  useEffect(() => {
    const element = ref.current;
    const onWheel = (e: WheelEvent) => {
      if (!wheel && !e.ctrlKey && !e.metaKey) return;
      e.preventDefault();
      const box = element!.getBoundingClientRect();
      const at = [(e.clientX - box.left) / box.width, (e.clientY - box.top) / box.height] as const;
      setView({ camera: zoomed(viewStore.getState().camera, Math.exp(-e.deltaY / 300), ...at) });
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, [ref, wheel]);
  const hover = (e: PointerEvent<HTMLElement>) => {
    const box = e.currentTarget.getBoundingClientRect();
    const sample = use.sampleAt(e.clientX - box.left, e.clientY - box.top);
    if (sample !== viewStore.getState().sample) setView({ sample });
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
      const { camera } = viewStore.getState();
      const size = e.currentTarget.clientWidth;
      if (!from.moved) e.currentTarget.setPointerCapture(e.pointerId);
      drag.current = { x: e.clientX, y: e.clientY, moved: true };
      setView({ camera: panned(camera, -dx / size, -dy / size) });
    },
    onPointerUp() {
      if (drag.current && !drag.current.moved) use.onPress?.();
      drag.current = null;
    },
    onPointerCancel() {
      drag.current = null;
    },
    onPointerLeave: () => setView({ sample: null }),
    onDoubleClick: () => setView({ camera: WHOLE }),
    onKeyDown(e) {
      const { camera } = viewStore.getState();
      const next = keyed(camera, e.key);
      if (next) {
        e.preventDefault();
        setView({ camera: next });
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
