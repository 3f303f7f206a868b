// Does a mutant pass the type check? Those that do not are no test of the tests.
import { join, resolve, dirname } from 'node:path';
import ts from 'typescript';

/**
 * A type checker of a tree that sees one file changed at a time. A file whose declarations stay the same cannot break
 * those that import it, so those are checked only when its declarations change.
 */
export function createTypeCheck(root) {
  const { options, fileNames } = ts.getParsedCommandLineOfConfigFile(
    join(root, 'tsconfig.json'),
    { noEmit: false, declaration: true, emitDeclarationOnly: true, incremental: false, composite: false },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: ({ messageText }) => raise(messageText) },
  );
  const texts = new Map();
  const versions = new Map();
  // Read once: a copy under test is changed on disk meanwhile.
  const read = (path) => {
    if (!texts.has(path)) texts.set(path, ts.sys.readFile(path));
    return texts.get(path);
  };
  const service = ts.createLanguageService({
    ...ts.sys,
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    readFile: read,
    getCompilationSettings: () => options,
    getCurrentDirectory: () => root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    getScriptFileNames: () => fileNames,
    getScriptVersion: (path) => String(versions.get(path) ?? 0),
    getScriptSnapshot: (path) => {
      const text = read(path);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
  });
  const set = (path, text) => {
    texts.set(path, text);
    versions.set(path, (versions.get(path) ?? 0) + 1);
  };
  const importers = reverseImports(service.getProgram());
  const declarations = (path) => service.getEmitOutput(path, true, true).outputFiles.map((f) => f.text);
  const faulty = (path) =>
    service.getSyntacticDiagnostics(path).length > 0 || service.getSemanticDiagnostics(path).length > 0;

  /** Whether the tree type-checks with this text in place of a file's own. */
  return (file, text) => {
    const path = join(root, file);
    const right = read(path);
    const before = declarations(path).join();
    set(path, text);
    try {
      if (faulty(path)) return false;
      return declarations(path).join() === before || !reachable(importers, path).some(faulty);
    } finally {
      set(path, right);
    }
  };
}

function raise(message) {
  throw new Error(ts.flattenDiagnosticMessageText(message, '\n'));
}

/** Who imports a file of ours directly. */
function reverseImports(program) {
  const importers = new Map();
  for (const { fileName, text } of program.getSourceFiles())
    for (const { fileName: name } of ts.preProcessFile(text).importedFiles) {
      if (!name.startsWith('.') || fileName.includes('/node_modules/')) continue;
      const path = resolve(dirname(fileName), name);
      importers.set(path, [...(importers.get(path) ?? []), fileName]);
    }
  return importers;
}

function reachable(importers, path) {
  const found = new Set([path]);
  for (const one of found) for (const next of importers.get(one) ?? []) found.add(next);
  found.delete(path);
  return [...found];
}
