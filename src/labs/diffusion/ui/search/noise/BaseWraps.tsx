import { baseWraps } from '../../../state/seekWraps.ts';
import WrapList from '../../wraps/WrapList.tsx';
import { useSeek } from './hooks.ts';

/** The wrappers of the plain sampler. */
export default function BaseWraps({ name }: { readonly name: string }) {
  const { setup: s } = useSeek();
  // Runs from end to end are what they wrap; some searches take them apart.
  const apart = s.base.wraps && s.rows.some(({ search }) => search !== 'random' && search !== 'zero_order');
  return (
    <>
      <WrapList place={baseWraps} name={name} contender={s.base} on={s} />
      {apart && (
        <p className="fine">
          Searches over paths and step by step take runs apart: what a wrapper keeps from one evaluation for the next
          begins anew in each piece, and a piece of one evaluation keeps nothing.
        </p>
      )}
    </>
  );
}
