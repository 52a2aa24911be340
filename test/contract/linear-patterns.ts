import { type AST, RegExpParser, visitRegExpAST } from '@eslint-community/regexpp';
import { isDisjointWith, JS, NFA } from 'refa';
import { analyse } from 'scslre';
import { type ESTree, parseSync, Visitor } from 'vite';

/** Which regular expressions may need more than linear time, and where the sources have them. */

/** A pattern that the sources write out, in a literal or in a call. */
export interface FoundPattern {
  readonly place: string;
  /** Null: only the running program knows it. */
  readonly source: string | null;
  readonly flags: string;
}

type Argument = ESTree.Argument;

/** What stands for a piece of a pattern that only the running program knows. */
const anyWord = 'Word';

/** Calls of a text that take a text for a pattern. */
const patternMethods: readonly string[] = ['match', 'matchAll', 'search'];

/** Every pattern of one source. */
export function patternsOf(path: string, text: string): FoundPattern[] {
  const found: FoundPattern[] = [];
  const placeOf = (start: number) => `${path}:${text.slice(0, start).split('\n').length}`;
  const called = (start: number, args: readonly Argument[]) => {
    found.push({ place: placeOf(start), source: writtenText(args[0]), flags: writtenText(args[1]) ?? '' });
  };
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`);
  new Visitor({
    Literal(node) {
      if (!('regex' in node)) return;
      found.push({ place: placeOf(node.start), source: node.regex.pattern, flags: node.regex.flags });
    },
    NewExpression(node) {
      if (node.callee.type === 'Identifier' && node.callee.name === 'RegExp') called(node.start, node.arguments);
    },
    CallExpression(node) {
      const { callee } = node;
      if (callee.type === 'Identifier' && callee.name === 'RegExp') called(node.start, node.arguments);
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return;
      const isText = writtenText(node.arguments[0]) !== null;
      if (patternMethods.includes(callee.property.name) && isText) called(node.start, node.arguments.slice(0, 1));
    },
  }).visit(program);
  return found;
}

/** A text, or a template whose unknown pieces stand as a word; null: something else. */
function writtenText(node: Argument | undefined): string | null {
  if (node?.type === 'Literal') return typeof node.value === 'string' ? node.value : null;
  return node?.type === 'TemplateLiteral' ? node.quasis.map(({ value }) => value.cooked).join(anyWord) : null;
}

/** Why a pattern may need more than linear time on some text; empty: it does not. */
export function slowWays(source: string, flags: string): string[] {
  const { reports } = analyse(new RegExp(source, flags), { reportTypes: { Move: true, Self: true, Trade: true } });
  const known = reports.map(({ type, character, exponential }) => {
    return `${type}${exponential ? ' (exponential)' : ''} on ${JSON.stringify(character.pick)} repeated`;
  });
  return [...known, ...restarts(source, flags), ...sharedBeginnings(source, flags)];
}

/**
 * Repetitions that swallow their own beginning: on `a.*b` each `a` of `aaaa…` starts a search that runs to the end
 * before it fails. The library above sees this only where nothing stands before the repetition.
 */
function restarts(source: string, flags: string): string[] {
  if (flags.includes('y')) return [];
  const found: string[] = [];
  const { pattern } = new RegExpParser().parseLiteral(`/${source}/${flags}`);
  visitRegExpAST(pattern, {
    onQuantifierEnter(quantifier) {
      if (quantifier.max !== Number.POSITIVE_INFINITY) return;
      const head = headOf(quantifier, flags);
      if (head === null || head === '' || !mayReject(quantifier)) return;
      if (accepts(head, '', flags) || !accepts(head, `(?:${quantifier.element.raw})*`, flags)) return;
      found.push(`${quantifier.raw} may start again in what it repeats`);
    },
  });
  return found;
}

/** Repeated alternatives of which two can take the same text, as in `(?:a|aa)*`: each repetition doubles the ways. */
function sharedBeginnings(source: string, flags: string): string[] {
  const found: string[] = [];
  const { pattern } = new RegExpParser().parseLiteral(`/${source}/${flags}`);
  visitRegExpAST(pattern, {
    onQuantifierEnter({ max, element, raw }) {
      if (max !== Number.POSITIVE_INFINITY || !('alternatives' in element)) return;
      const again = `(?:${element.alternatives.map((one) => one.raw).join('|')})*`;
      const ways = element.alternatives.map((one) => `(?:${one.raw})${again}`);
      const isShared = ways.some((way, at) => ways.slice(at + 1).some((other) => accepts(way, other, flags)));
      if (isShared) found.push(`${raw} reads some texts in two ways`);
    },
  });
  return found;
}

/** What must match before a node; null: it can be in one place only, or stands in a look-behind. */
function headOf(node: AST.Node, flags: string): string | null {
  let head = '';
  for (let inner = node, outer = node.parent; outer !== null; inner = outer, outer = outer.parent) {
    if (outer.type === 'Assertion' && outer.kind === 'lookbehind') return null;
    if (outer.type !== 'Alternative') continue;
    const before = outer.elements.slice(0, placeIn(outer, inner));
    const isStart = (element: AST.Element) => element.type === 'Assertion' && element.kind === 'start';
    if (before.some(isStart) && !flags.includes('m')) return null;
    head = before.map((element) => (isStart(element) ? '\\n' : element.raw)).join('') + head;
  }
  return head;
}

function placeIn({ elements }: { readonly elements: readonly AST.Node[] }, element: AST.Node): number {
  return elements.indexOf(element);
}

/** Whether something behind a repetition can fail, so that the whole does. */
function mayReject(node: AST.Node): boolean {
  let rejects = false;
  for (let inner = node, outer = node.parent; outer !== null; inner = outer, outer = outer.parent) {
    if (outer.type === 'Quantifier' && outer.min === 0) rejects = false;
    if (outer.type !== 'Alternative') continue;
    const after = outer.elements.slice(placeIn(outer, inner) + 1);
    rejects ||= after.some((element) => element.type !== 'Quantifier' || element.min > 0);
  }
  return rejects;
}

/** Whether some text is in both languages, look-arounds left out. */
function accepts(one: string, other: string, flags: string): boolean {
  const [left, right] = [one, other].map((source) => {
    const literal = JS.Parser.fromLiteral({ source, flags });
    const { expression, maxCharacter } = literal.parse({ assertions: 'ignore', backreferences: 'disable' });
    return NFA.fromRegex(expression, { maxCharacter });
  });
  return left !== undefined && right !== undefined && !isDisjointWith(left, right);
}
