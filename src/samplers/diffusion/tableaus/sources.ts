const doi = (title: string, number: string) => ({ title, url: `https://doi.org/${number}` });

/** Where the methods come from. Short, as both page and worker carry them. */
export const sources = {
  ho2005: doi('Hochbruck & Ostermann 2005', '10.1137/040611434'),
  ho2011: doi('Hochbruck & Ostermann 2011', '10.1007/s10543-011-0332-6'),
  coxMatthews: doi('Cox & Matthews 2002', '10.1006/jcph.2002.6995'),
  krogstad: doi('Krogstad 2005', '10.1016/j.jcp.2004.08.006'),
  expint: doi('EXPINT, Berland, Skaflestad & Wright 2007', '10.1145/1206040.1206044'),
  minchevWright: { title: 'Minchev & Wright 2005', url: 'https://cds.cern.ch/record/848122' },
  luanOstermann: doi('Luan & Ostermann 2014', '10.1016/j.cam.2013.07.027'),
  luan: doi('Luan 2021', '10.1007/s10543-020-00834-z'),
  otw: doi('Ostermann, Thalhammer & Wright 2006', '10.1007/s10543-006-0054-3'),
  lawson: doi('Lawson 1967', '10.1137/0704033'),
  dpmSolver: { title: 'DPM-Solver, Lu et al. 2022', url: 'https://arxiv.org/abs/2206.00927' },
  dpmSolverPp: { title: 'DPM-Solver++, Lu et al. 2022', url: 'https://arxiv.org/abs/2211.01095' },
  hnw: doi('Hairer, Nørsett & Wanner 1993', '10.1007/978-3-540-78862-1'),
  ralston: doi('Ralston 1962', '10.1090/S0025-5718-1962-0150954-0'),
  kcl: doi('Kennedy, Carpenter & Lewis 2000', '10.1016/S0168-9274(99)00141-5'),
  ssp: doi('Spiteri & Ruuth 2002', '10.1137/S0036142901389025'),
  ssp10: doi('Ketcheson 2008', '10.1137/07070485X'),
  gill: doi('Gill 1951', '10.1017/S0305004100026414'),
  fehlberg4: { title: 'Fehlberg 1969', url: 'https://ntrs.nasa.gov/citations/19690021375' },
  fehlberg7: { title: 'Fehlberg 1968', url: 'https://ntrs.nasa.gov/citations/19680027281' },
  butcher: doi('Butcher 1964', '10.1017/S1446788700023387'),
  cashKarp: doi('Cash & Karp 1990', '10.1145/79505.79507'),
  dp5: doi('Dormand & Prince 1980', '10.1016/0771-050X(80)90013-3'),
  dp8: doi('Prince & Dormand 1981', '10.1016/0771-050X(81)90010-3'),
  tsitouras: doi('Tsitouras 2011', '10.1016/j.camwa.2011.06.002'),
  highamHall: doi('Higham & Hall 1990', '10.1016/0377-0427(90)90192-3'),
  bs5: doi('Bogacki & Shampine 1996', '10.1016/0898-1221(96)00141-1'),
  verner: doi('Verner 1978', '10.1137/0715051'),
  cooperVerner: doi('Cooper & Verner 1972', '10.1137/0709037'),
} as const satisfies Record<string, { readonly title: string; readonly url: string }>;

export type SourceId = keyof typeof sources;
