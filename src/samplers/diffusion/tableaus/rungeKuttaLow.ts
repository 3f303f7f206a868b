// Explicit Runge-Kutta methods of order 2 to 4 for the slope.
import { rungeKutta } from './rungeKutta.ts';
import { family } from './sampler.ts';

export const lowOrderSamplers = family('Runge-Kutta', {
  midpoint_2s: rungeKutta('Midpoint', 'hnw', 2, '1/2; 0 1'),
  ralston_2s: rungeKutta('Ralston 2', 'ralston', 2, '2/3; 1/4 3/4'),
  heun_3s: rungeKutta('Heun 3', 'hnw', 3, '1/3; 0 2/3; 1/4 0 3/4'),
  kutta_3s: rungeKutta('Kutta 3', 'hnw', 3, '1/2; -1 2; 1/6 2/3 1/6'),
  ralston_3s: rungeKutta('Ralston 3', 'ralston', 3, '1/2; 0 3/4; 2/9 1/3 4/9'),
  houwen_wray_3s: rungeKutta('Van der Houwen-Wray 3', 'kcl', 3, '8/15; 1/4 5/12; 1/4 0 3/4'),
  nystrom_3s: rungeKutta('Nyström 3', 'hnw', 3, '2/3; 0 2/3; 1/4 3/8 3/8'),
  ssprk3_3s: rungeKutta('SSPRK(3,3)', 'ssp', 3, '1; 1/4 1/4; 1/6 1/6 2/3'),
  ssprk4_4s: rungeKutta('SSPRK(4,3)', 'ssp', 3, '1/2; 1/2 1/2; 1/6 1/6 1/6; 1/6 1/6 1/6 1/2'),
  rk4_4s: rungeKutta('Runge-Kutta 4', 'hnw', 4, '1/2; 0 1/2; 0 0 1; 1/6 1/3 1/3 1/6'),
  rk38_4s: rungeKutta('Runge-Kutta 4, 3/8 rule', 'hnw', 4, '1/3; -1/3 1; 1 -1 1; 1/8 3/8 3/8 1/8'),
  ralston_4s: rungeKutta(
    'Ralston 4',
    'ralston',
    4,
    '2/5; -2889/1024+1428/1024r 3785/1024-1620/1024r; -3365/6040+2094/6040r -975/2552-3046/2552r 467040/240845+203968/240845r; 263/1812+24/1812r 125/3828-1000/3828r 3426304/5924787+1661952/5924787r 30/123-4/123r',
    5,
  ),
  gill_4s: rungeKutta('Gill 4', 'gill', 4, '1/2; -1/2+1/2r 1-1/2r; 0 -1/2r 1+1/2r; 1/6 1/3-1/6r 1/3+1/6r 1/6', 2),
  merson_5s: rungeKutta('Merson 4', 'hnw', 4, '1/3; 1/6 1/6; 1/8 0 3/8; 1/2 0 -3/2 2; 1/6 0 0 2/3 1/6'),
  fehlberg_5s: rungeKutta(
    'Fehlberg 4',
    'fehlberg4',
    4,
    '1/4; 3/32 9/32; 1932/2197 -7200/2197 7296/2197; 439/216 -8 3680/513 -845/4104; 25/216 0 1408/2565 2197/4104 -1/5',
  ),
  ssprk5_5s: rungeKutta(
    'SSPRK(5,4)',
    'ssp',
    4,
    '0.39175222657189; 0.21766909626116921 0.36841059305037205; 0.082692086657810754 0.13995850219189573 0.25189177427169263; 0.067966283637114963 0.11503469850463199 0.2070348985973854 0.54497475022851992; 0.14681187608478645 0.24848290944497615 0.10425883033198029 0.2744389009013494 0.22600748323690766',
  ),
  ssprk10_10s: rungeKutta(
    'SSPRK(10,4)',
    'ssp10',
    4,
    '1/6; 1/6 1/6; 1/6 1/6 1/6; 1/6 1/6 1/6 1/6; 1/15 1/15 1/15 1/15 1/15; 1/15 1/15 1/15 1/15 1/15 1/6; 1/15 1/15 1/15 1/15 1/15 1/6 1/6; 1/15 1/15 1/15 1/15 1/15 1/6 1/6 1/6; 1/15 1/15 1/15 1/15 1/15 1/6 1/6 1/6 1/6; 1/10 1/10 1/10 1/10 1/10 1/10 1/10 1/10 1/10 1/10',
  ),
});
