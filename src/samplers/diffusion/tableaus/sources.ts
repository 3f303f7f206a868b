/** Where the methods come from. */
export const sources = {
  ho2005: {
    title: 'Hochbruck & Ostermann 2005, Explicit exponential Runge-Kutta methods for semilinear parabolic problems',
    url: 'https://doi.org/10.1137/040611434',
  },
  ho2010: {
    title: 'Hochbruck & Ostermann 2010, Exponential integrators',
    url: 'https://doi.org/10.1017/S0962492910000048',
  },
  ho2011: {
    title: 'Hochbruck & Ostermann 2011, Exponential multistep methods of Adams-type',
    url: 'https://doi.org/10.1007/s10543-011-0332-6',
  },
  coxMatthews: {
    title: 'Cox & Matthews 2002, Exponential time differencing for stiff systems',
    url: 'https://doi.org/10.1006/jcph.2002.6995',
  },
  krogstad: {
    title: 'Krogstad 2005, Generalized integrating factor methods for stiff PDEs',
    url: 'https://doi.org/10.1016/j.jcp.2004.08.006',
  },
  expint: {
    title: 'Berland, Skaflestad & Wright 2007, EXPINT: a MATLAB package for exponential integrators',
    url: 'https://doi.org/10.1145/1206040.1206044',
  },
  minchevWright: {
    title: 'Minchev & Wright 2005, A review of exponential integrators for first order semi-linear problems',
    url: 'https://cds.cern.ch/record/848122',
  },
  luanOstermann: {
    title: 'Luan & Ostermann 2014, Explicit exponential Runge-Kutta methods of high order for parabolic problems',
    url: 'https://doi.org/10.1016/j.cam.2013.07.027',
  },
  luan: {
    title: 'Luan 2021, Efficient exponential Runge-Kutta methods of high order: construction and implementation',
    url: 'https://doi.org/10.1007/s10543-020-00834-z',
  },
  otw: {
    title: 'Ostermann, Thalhammer & Wright 2006, A class of explicit exponential general linear methods',
    url: 'https://doi.org/10.1007/s10543-006-0054-3',
  },
  lawson: {
    title: 'Lawson 1967, Generalized Runge-Kutta processes for stable systems with large Lipschitz constants',
    url: 'https://doi.org/10.1137/0704033',
  },
  dpmSolver: {
    title:
      'Lu et al. 2022, DPM-Solver: a fast ODE solver for diffusion probabilistic model sampling in around 10 steps',
    url: 'https://arxiv.org/abs/2206.00927',
  },
  dpmSolverPp: {
    title: 'Lu et al. 2022, DPM-Solver++: fast solver for guided sampling of diffusion probabilistic models',
    url: 'https://arxiv.org/abs/2211.01095',
  },
  hnw: {
    title: 'Hairer, Nørsett & Wanner 1993, Solving ordinary differential equations I',
    url: 'https://doi.org/10.1007/978-3-540-78862-1',
  },
  ralston: {
    title: 'Ralston 1962, Runge-Kutta methods with minimum error bounds',
    url: 'https://doi.org/10.1090/S0025-5718-1962-0150954-0',
  },
  kcl: {
    title:
      'Kennedy, Carpenter & Lewis 2000, Low-storage, explicit Runge-Kutta schemes for the compressible Navier-Stokes equations',
    url: 'https://doi.org/10.1016/S0168-9274(99)00141-5',
  },
  ssp: {
    title:
      'Spiteri & Ruuth 2002, A new class of optimal high-order strong-stability-preserving time discretization methods',
    url: 'https://doi.org/10.1137/S0036142901389025',
  },
  ssp10: {
    title:
      'Ketcheson 2008, Highly efficient strong stability-preserving Runge-Kutta methods with low-storage implementations',
    url: 'https://doi.org/10.1137/07070485X',
  },
  gill: {
    title:
      'Gill 1951, A process for the step-by-step integration of differential equations in an automatic digital computing machine',
    url: 'https://doi.org/10.1017/S0305004100026414',
  },
  fehlberg4: {
    title: 'Fehlberg 1969, Low-order classical Runge-Kutta formulas with stepsize control',
    url: 'https://ntrs.nasa.gov/citations/19690021375',
  },
  fehlberg7: {
    title:
      'Fehlberg 1968, Classical fifth-, sixth-, seventh-, and eighth-order Runge-Kutta formulas with stepsize control',
    url: 'https://ntrs.nasa.gov/citations/19680027281',
  },
  butcher: {
    title: 'Butcher 1964, On Runge-Kutta processes of high order',
    url: 'https://doi.org/10.1017/S1446788700023387',
  },
  cashKarp: {
    title:
      'Cash & Karp 1990, A variable order Runge-Kutta method for initial value problems with rapidly varying right-hand sides',
    url: 'https://doi.org/10.1145/79505.79507',
  },
  dp5: {
    title: 'Dormand & Prince 1980, A family of embedded Runge-Kutta formulae',
    url: 'https://doi.org/10.1016/0771-050X(80)90013-3',
  },
  dp8: {
    title: 'Prince & Dormand 1981, High order embedded Runge-Kutta formulae',
    url: 'https://doi.org/10.1016/0771-050X(81)90010-3',
  },
  tsitouras: {
    title: 'Tsitouras 2011, Runge-Kutta pairs of order 5(4) satisfying only the first column simplifying assumption',
    url: 'https://doi.org/10.1016/j.camwa.2011.06.002',
  },
  highamHall: {
    title: 'Higham & Hall 1990, Embedded Runge-Kutta formulae with stable equilibrium states',
    url: 'https://doi.org/10.1016/0377-0427(90)90192-3',
  },
  bs5: {
    title: 'Bogacki & Shampine 1996, An efficient Runge-Kutta (4,5) pair',
    url: 'https://doi.org/10.1016/0898-1221(96)00141-1',
  },
  verner: {
    title: 'Verner 1978, Explicit Runge-Kutta methods with estimates of the local truncation error',
    url: 'https://doi.org/10.1137/0715051',
  },
  cooperVerner: {
    title: 'Cooper & Verner 1972, Some explicit Runge-Kutta methods of high order',
    url: 'https://doi.org/10.1137/0709037',
  },
} as const satisfies Record<string, { readonly title: string; readonly url: string }>;

export type SourceId = keyof typeof sources;
