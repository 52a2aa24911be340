import { resolve } from 'node:path';
import { type Node, SyntaxKind } from 'typescript/unstable/ast';
import {
  isBinaryExpression,
  isBindingElement,
  isBlock,
  isCaseClause,
  isConditionalExpression,
  isIdentifier,
  isIfStatement,
  isParameterDeclaration,
  isParenthesizedExpression,
  isPrefixUnaryExpression,
  isPropertyAccessExpression,
  isReturnStatement,
  isStringLiteral,
  isSwitchStatement,
  isThrowStatement,
} from 'typescript/unstable/ast/is';
import { API, type Checker, type Symbol as CompilerSymbol } from 'typescript/unstable/sync';

/** A use of a member of Electron's that not every system has. */
export interface LimitedUse {
  readonly file: string;
  readonly name: string;
  /** Systems that the use can be reached on, and that do not have it. */
  readonly lackingOn: readonly System[];
}

const systems = ['linux', 'darwin', 'win32'] as const;
type System = (typeof systems)[number];

const rootDir = resolve(import.meta.dirname, '..', '..');

/** Every use in some sources of a member that electron.d.ts says only some systems have. */
export function limitedUses(files: readonly string[], configFile: string): readonly LimitedUse[] {
  const api = new API({ cwd: rootDir });
  try {
    const [project] = api.updateSnapshot({ openProjects: [resolve(rootDir, configFile)] }).getProjects();
    if (project === undefined) throw new Error(`${configFile} is no project`);
    return files.flatMap((file) => {
      const source = project.program.getSourceFile(resolve(rootDir, file));
      if (source === undefined) throw new Error(`${file} is not of ${configFile}`);
      return usesIn(source, project.checker).map((use) => ({ ...use, file }));
    });
  } finally {
    api.close();
  }
}

function usesIn(source: Node, checker: Checker): Omit<LimitedUse, 'file'>[] {
  const uses: Omit<LimitedUse, 'file'>[] = [];
  const visit = (node: Node) => {
    const limited = limitOf(node, checker);
    if (limited !== null) {
      const { name, had } = limited;
      uses.push({ name, lackingOn: systems.filter((system) => !had.has(system) && isReached(node, system)) });
    }
    node.forEachChild(visit);
  };
  source.forEachChild(visit);
  return uses;
}

/** What a node names of Electron's, and the systems that have it; null where that is all of them. */
function limitOf(node: Node, checker: Checker): { readonly name: string; readonly had: ReadonlySet<string> } | null {
  if (isPropertyAccessExpression(node)) {
    const { name } = node;
    // To listen to what never happens does no harm, and the tags of all events are on that one name.
    if (/^(on|once|off)$/.test(name.text)) return null;
    // What may be undefined is asked for with "?.": the types themselves say that it may be missing.
    const isAsked = (at: Node) => isPropertyAccessExpression(at) && at.questionDotToken !== undefined;
    if (isAsked(node) || isAsked(node.parent)) return null;
    return limitOfSymbol(checker.getSymbolAtLocation(name), name.text, checker);
  }
  if (isBindingElement(node) && node.name !== undefined && isIdentifier(node.name)) {
    const type = checker.getTypeAtLocation(node.parent);
    const named = node.propertyName !== undefined && isIdentifier(node.propertyName) ? node.propertyName : node.name;
    return limitOfSymbol(
      type === undefined ? undefined : checker.getPropertyOfType(type, named.text),
      named.text,
      checker,
    );
  }
  return null;
}

function limitOfSymbol(symbol: CompilerSymbol | undefined, name: string, checker: Checker) {
  const tags = symbol === undefined ? [] : checker.getJsDocTagsOfSymbol(symbol);
  const text = tags.find((tag) => tag.name === 'platform')?.text;
  return text === undefined ? null : { name, had: new Set(text.split(',').map((system) => system.trim())) };
}

/** Whether a node can be reached on a system, as far as conditions on `process.platform` or a `platform` tell. */
function isReached(node: Node, system: System): boolean {
  for (let at = node; at.parent !== undefined; at = at.parent) {
    const { parent } = at;
    if (isIfStatement(parent)) {
      const holds = told(parent.expression, system);
      if ((at === parent.thenStatement && holds === false) || (at === parent.elseStatement && holds === true))
        return false;
    } else if (isConditionalExpression(parent)) {
      const holds = told(parent.condition, system);
      if ((at === parent.whenTrue && holds === false) || (at === parent.whenFalse && holds === true)) return false;
    } else if (isBinaryExpression(parent) && at === parent.right) {
      const holds = told(parent.left, system);
      if (parent.operatorToken.kind === SyntaxKind.AmpersandAmpersandToken && holds === false) return false;
      if (parent.operatorToken.kind === SyntaxKind.BarBarToken && holds === true) return false;
    } else if (isCaseClause(parent) && isSwitchStatement(parent.parent.parent)) {
      if (isPlatform(parent.parent.parent.expression) && textOf(parent.expression) !== system) return false;
    } else if (isBlock(parent)) {
      for (const before of parent.statements) {
        if (before === at) break;
        if (isIfStatement(before) && leaves(before.thenStatement) && told(before.expression, system) === true)
          return false;
      }
    }
    if (!hasParameterFor(parent, system)) return false;
  }
  return true;
}

/** False where a function's `platform` can be other systems only. */
function hasParameterFor(node: Node, system: System): boolean {
  const parameters = (node as { readonly parameters?: readonly Node[] }).parameters ?? [];
  const types = parameters.flatMap((parameter) => {
    if (!isParameterDeclaration(parameter) || !isPlatform(parameter.name)) return [];
    return [...(parameter.type === undefined ? '' : sourceText(parameter.type)).matchAll(/'(\w+)'/g)].map(
      ([, name]) => name,
    );
  });
  return types.length === 0 || types.includes(system);
}

function leaves(statement: Node): boolean {
  if (isBlock(statement)) return statement.statements.some(leaves);
  return isReturnStatement(statement) || isThrowStatement(statement);
}

/** What a condition comes to on a system; null where more than the system decides. */
function told(condition: Node, system: System): boolean | null {
  if (isParenthesizedExpression(condition)) return told(condition.expression, system);
  if (isPrefixUnaryExpression(condition) && condition.operator === SyntaxKind.ExclamationToken) {
    const inner = told(condition.operand, system);
    return inner === null ? null : !inner;
  }
  if (!isBinaryExpression(condition)) return null;
  const { left, right, operatorToken } = condition;
  switch (operatorToken.kind) {
    case SyntaxKind.EqualsEqualsEqualsToken:
      return isPlatform(left) ? textOf(right) === system : null;
    case SyntaxKind.ExclamationEqualsEqualsToken:
      return isPlatform(left) ? textOf(right) !== system : null;
    case SyntaxKind.AmpersandAmpersandToken: {
      const both = [told(left, system), told(right, system)];
      return both.includes(false) ? false : both.includes(null) ? null : true;
    }
    case SyntaxKind.BarBarToken: {
      const both = [told(left, system), told(right, system)];
      return both.includes(true) ? true : both.includes(null) ? null : false;
    }
    default:
      return null;
  }
}

/** `process.platform`, or a value that is named `platform`. */
function isPlatform(node: Node): boolean {
  if (isPropertyAccessExpression(node)) return node.name.text === 'platform';
  return isIdentifier(node) && node.text === 'platform';
}

function textOf(node: Node): string | null {
  return isStringLiteral(node) ? node.text : null;
}

function sourceText(node: Node): string {
  return node.getSourceFile().text.slice(node.pos, node.end);
}
