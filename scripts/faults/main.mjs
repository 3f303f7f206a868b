// npm run faults: the faults of faults.mjs (run.mjs), or with --generate or --again those of the generator (generate.mjs).
const generated = process.argv.some((a) => /^--(generate|again)\b/.test(a));
await import(generated ? './generate.mjs' : './run.mjs');
