import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ESTree, parseSync, Visitor } from 'vite';
import { describe, expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;

/**
 * Where a source makes an object with accessors, a class or a generator function each time that a function is called. V8 gives each of
 * them a shape of its own, which lives in the old space and keeps a whole turn alive until the next full collection.
 */
function shapesMadeAnew(path: string, text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  const note = ({ start }: ESTree.Node) => {
    if (depth > 0) found.push(`${path}:${text.slice(0, start).split('\n').length}`);
  };
  const enter = (node: ESTree.Function | ESTree.ArrowFunctionExpression) => {
    if (node.generator) note(node);
    depth += 1;
  };
  const leave = () => {
    depth -= 1;
  };
  new Visitor({
    FunctionDeclaration: enter,
    'FunctionDeclaration:exit': leave,
    FunctionExpression: enter,
    'FunctionExpression:exit': leave,
    ArrowFunctionExpression: enter,
    'ArrowFunctionExpression:exit': leave,
    ClassExpression: note,
    ClassDeclaration: note,
    ObjectExpression(node) {
      if (node.properties.some((property) => property.type === 'Property' && property.kind !== 'init')) note(node);
    },
  }).visit(parseSync(path, text).program);
  return found;
}

describe('the core', () => {
  it('makes no object with accessors, no class and no generator function anew in a function, so that a turn that is over is collected at once', () => {
    const paths = globSync('src-main/core/**/*.ts', { cwd: root });
    expect(paths.length).toBeGreaterThan(300);
    expect(paths.flatMap((path) => shapesMadeAnew(path, readFileSync(join(root, path), 'utf8')))).toEqual([]);
  });
});

describe('the look at shapes', () => {
  it.each([
    ['a getter', 'const make = (value: number) => ({ get value() { return value; } });', 1],
    ['a setter in a method', 'class Made {\n  make() {\n    return { set value(given: number) {} };\n  }\n}', 3],
    ['a class in a function', 'function make() {\n  return class {};\n}', 2],
    ['a generator in a function', 'function make() {\n  const steps = function* () {};\n  return steps;\n}', 2],
    ['a generator in a generator', 'function* make() {\n\n  yield* (async function* () {})();\n}', 3],
    ['a generator method of what is made anew', 'const make = () => ({ *steps() {} });', 1],
  ])('finds %s', (_what, text, line) => {
    expect(shapesMadeAnew('made.ts', text)).toEqual([`made.ts:${line}`]);
  });

  it('passes what is made once, and methods', () => {
    const text =
      'class Made { get a() { return 1; } }\nconst one = { get a() { return 1; } };\nconst make = () => ({ a() {} });\nfunction* steps() {}\nclass Stepped { *steps() {} }';
    expect(shapesMadeAnew('made.ts', text)).toEqual([]);
  });
});
