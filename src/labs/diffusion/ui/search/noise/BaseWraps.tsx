import { baseWraps } from '../../../state/seekWraps.ts';
import WrapList from '../../wraps/WrapList.tsx';
import { useSeek } from './hooks.ts';

/** The wrappers of the plain sampler. */
export default function BaseWraps({ name }: { readonly name: string }) {
  const { setup: s } = useSeek();
  return <WrapList place={baseWraps} name={name} contender={s.base} on={s} />;
}
