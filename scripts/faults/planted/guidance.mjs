// Guidance: a fault for each method, and for what they stand on.
import { shader, tested } from './fault.mjs';

const method = (file, ...rest) => tested(`samplers/guidance/${file}`, 'samplers/guidance/methods', ...rest);

export const guidance = [
  method('common', 'CFG mixes with the wrong share of the rest', '[1 - w, at.ask(away)],', '[w - 1, at.ask(away)],'),
  method('common', 'the interval holds its lower end', 'sigma > from && sigma <= to', 'sigma >= from && sigma <= to'),
  method('common', 'the velocity is taken for the noise', 'return 1 / (1 + sigma);', 'return 1;'),
  method(
    'common',
    'φ looks at the deviation of the guided guess',
    'at.guide(at.out, at.out, reference, by);',
    'at.guide(at.out, at.out, at.out, by);',
  ),
  method('rescale', 'rescaled guidance begins unrescaled', 'commonFields({ phi: 0.7 })', 'commonFields()'),
  method('interval', 'the interval begins at every level', 'commonFields({ from: 0.19, to: 1.61 })', 'commonFields()'),
  method('apg', 'all of the push along the guess is kept', 'along: eta - 1 }', 'along: eta }'),
  method(
    'apg',
    'the momentum begins again at every evaluation',
    'beta !== 0 && at.written(push)',
    'beta !== 0 && !at.written(push)',
  ),
  method(
    'cfgZero',
    'the guess is projected on the wrong one',
    'at.guide(at.out, own, at.out,',
    'at.guide(at.out, at.out, own,',
  ),
  method(
    'cfgZero',
    'one step more stands still',
    'at.step < Math.round(zero * at.steps)',
    'at.step <= Math.round(zero * at.steps)',
  ),
  method('autoguidance', 'autoguidance asks the unguided model', "mixTwo(at, 'weak', w)", "mixTwo(at, 'null', w)"),
  method(
    'perpNeg',
    'what both classes share is taken away too',
    "{ kind: 'project', keep: 1, along: -1 }",
    "{ kind: 'project', keep: 1, along: 0 }",
  ),
  method(
    'thresholding',
    'the range of images is not kept',
    'quantile: q, limit });',
    'quantile: q, limit: 2 * limit });',
  ),
  method(
    'thresholding',
    'the mimicked weight is the own one',
    "mixTwo(at, 'null', mimic, modest);",
    "mixTwo(at, 'null', w, modest);",
  ),
  tested(
    'samplers/guidance/rewrite',
    'samplers/guidance/rewrite',
    'what was said of a former state is taken for this one',
    'if (reg === op.out || x === op.out)',
    'if (reg === op.out)',
  ),
  tested(
    'samplers/diffusion/parts/cfgPlusPlus',
    'samplers/guidance/methods',
    'CFG++ renoises with the guided slope',
    "[[1, d], [t / s, 'x'], [-t / s, u], ...noise]",
    "[[1, d], [t / s, 'x'], [-t / s, d], ...noise]",
  ),
  tested(
    'models/roles',
    'models/roles',
    'the class answers for all',
    'return mixtureOf(id, -1);',
    'return mixtureOf(id, label);',
  ),
  shader('diffusion/guide', 'guide', 'the share is of a', 'sum.x / sum.z', 'sum.x / sum.y'),
  shader(
    'diffusion/guide',
    'guide',
    'samples past a workgroup’s first read the first',
    '+ lane / args.lanes;',
    '+ 0u * lane;',
  ),
  shader(
    'diffusion/guide_threshold',
    'guide_threshold',
    'the next order statistic is the lower one',
    'select(above, lower,',
    'select(lower, lower,',
  ),
];
