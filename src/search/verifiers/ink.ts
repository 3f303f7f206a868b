import { byRow, type Verifier } from './types.ts';

/** Made to be hacked: nobody who wants good samples wants this, and every search finds it. */
export const ink: Verifier<object> = {
  id: 'ink',
  title: 'Ink',
  unit: 'data units',
  summary: 'The mean of a sample’s numbers: of a picture its light, of a point how far it lies up and to the right.',
  needs: null,
  hackable: 'Made to be hacked: more of it is no better sample.',
  params: {},
  score: ({ x, n, dim }) =>
    byRow(n, (i) => {
      let sum = 0;
      for (let k = 0; k < dim; k++) sum += x[i * dim + k]!;
      return sum / dim;
    }),
};
