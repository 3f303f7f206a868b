// A network and a weaker one of the same samples as one denoiser: what is asked of `weak` goes to the second.
import { assertNoWeak } from '../../models/roles.ts';
import type { RoleDenoiser } from '../../models/types.ts';
import type { GpuDenoiser } from '../../networks/types.ts';

/** In float64; without a weaker network, asking it is refused. */
export function besideWeaker(main: RoleDenoiser, weaker: RoleDenoiser | null, title: string): RoleDenoiser {
  const answer: RoleDenoiser = (x, sigma, asked) => {
    if (asked?.role !== 'weak') return main(x, sigma, asked);
    if (!weaker) assertNoWeak(asked, title);
    return weaker!(x, sigma, { role: 'class' });
  };
  answer.begin = (heads) => besideWeaker(main.begin?.(heads) ?? main, weaker, title);
  return answer;
}

/** On the GPU. */
export function gpuBesideWeaker(main: GpuDenoiser, weaker: GpuDenoiser | null, title: string): GpuDenoiser {
  let places: readonly { readonly of: GpuDenoiser; readonly k: number }[] = [];
  return {
    passesPerEval: main.passesPerEval,
    ...(main.reserve && { reserve: (asked, heads) => main.reserve!(asked, heads) }),
    prepare(evaluations) {
      const counts = new Map<GpuDenoiser, number>();
      places = evaluations.map((asked) => {
        if (!weaker) assertNoWeak(asked, title);
        const of = asked.role === 'weak' ? weaker! : main;
        const k = counts.get(of) ?? 0;
        counts.set(of, k + 1);
        return { of, k };
      });
      main.prepare(evaluations.filter((_, i) => places[i]!.of === main));
      weaker?.prepare(
        evaluations.filter((_, i) => places[i]!.of === weaker).map((e) => ({ ...e, role: 'class' as const })),
      );
    },
    encode(pass, k) {
      const place = places[k]!;
      place.of.encode(pass, place.k);
    },
    destroy() {
      main.destroy();
      weaker?.destroy();
    },
  };
}
