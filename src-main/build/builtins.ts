/** `import what from "node:…";`, as the bundler writes it: a default, names, both, or all as one. */
const builtinImport = /^import (?:\* as )?([\w$]+)?(?:, )?(?:\{ (.+) \})? from "(node:[\w/]+)";$/gm;

/**
 * Built code that takes Node's own modules as they are. An import of one reads whatever the module has, also what Node loads only
 * when it is asked for, such as its web cryptography and its command history: a fortieth of a start, and 4 MB. Each line stays
 * where it is.
 */
export function withPlainBuiltins(code: string): string {
  return code.replace(builtinImport, (_line, whole?: string, names?: string, name?: string) => {
    const module = `process.getBuiltinModule("${name}")`;
    const constants = [
      ...(whole === undefined ? [] : [`${whole} = ${module}`]),
      ...(names === undefined ? [] : [`{ ${names.replaceAll(' as ', ': ')} } = ${module}`]),
    ];
    return `const ${constants.join(', ')};`;
  });
}
