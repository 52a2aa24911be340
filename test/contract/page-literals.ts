import { parseSync } from 'vite';

/** A text that a person would read, standing in the page's code instead of in the catalogue. */
export interface Literal {
  readonly line: number;
  readonly text: string;
}

type Node = { readonly type: string; readonly start: number } & Readonly<Record<string, unknown>>;

/** What people read or hear of an element, of our parts, and of what tables of them are made of. */
const readNames =
  /^(title|alt|placeholder|label|help|note|text|confirmLabel|aria-(label|description|roledescription|valuetext|placeholder))$/;

/** Letters of any script, two in a row: an `n` or a `×` needs no language. */
const hasWord = (text: string): boolean => /\p{L}{2}/u.test(text);
/** Words in a row that begin with a capital, as no name of the code does. */
const isSentence = (text: string): boolean => /^\p{Lu}[\p{L}’']*[,:;]? +\p{L}/u.test(text.trim());
/** Code, which no language changes. */
const isCode = (tag: string): boolean => /^(code|kbd|pre)$/.test(tag);
/** What failed in the page itself is told to its developer. */
const isForDevelopers = (node: Node): boolean =>
  node.type === 'NewExpression' && isNode(node.callee) && /Error$/.test(nameOf(node.callee));

/**
 * Every text with a word that stands as it is in a place that people read: between tags, in a property with a read name, in
 * whatever an expression there can come to; and every sentence anywhere else.
 */
export function pageLiterals(path: string, source: string): Literal[] {
  const { program, errors } = parseSync(path, source);
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`);
  const found = new Map<number, string>();
  const add = (texts: readonly Text[]): void => {
    for (const { start, text } of texts) if (hasWord(text)) found.set(start, text.replace(/\s+/g, ' ').trim());
  };
  const visit = (value: unknown, tag: string): void => {
    if (Array.isArray(value)) {
      for (const each of value) visit(each, tag);
      return;
    }
    if (!isNode(value) || isForDevelopers(value)) return;
    const isShown = !isCode(tag);
    if (value.type === 'JSXText' && isShown) add([{ start: value.start, text: String(value.value) }]);
    if (value.type === 'JSXElement') {
      const { openingElement } = value;
      const own = isNode(openingElement) ? nameOf(openingElement.name) : '';
      visit(openingElement, own);
      for (const child of value.children as readonly Node[]) {
        if (child.type === 'JSXExpressionContainer' && !isCode(own)) add(outcomes(child.expression));
        visit(child, own);
      }
      return;
    }
    const isProperty = value.type === 'JSXAttribute' || value.type === 'Property';
    if (isProperty && readNames.test(nameOf(value.name ?? value.key))) add(outcomes(value.value));
    if (isShown) add(outcomes(value).filter(({ text }) => isSentence(text)));
    if (value.type === 'ImportDeclaration' || value.type.startsWith('TSLiteral')) return;
    for (const each of Object.values(value)) visit(each, tag);
  };
  visit(program, '');
  return [...found].map(([start, text]) => ({ line: source.slice(0, start).split('\n').length, text }));
}

interface Text {
  readonly start: number;
  readonly text: string;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function nameOf(node: unknown): string {
  return isNode(node) ? String(node.name ?? node.value ?? '') : '';
}

/** The texts that an expression can come to, without what its conditions and calls are made of. */
function outcomes(node: unknown): readonly Text[] {
  if (!isNode(node)) return [];
  const of = (...names: readonly string[]): readonly Text[] => names.flatMap((name) => outcomes(node[name]));
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' ? [{ start: node.start, text: node.value }] : [];
    case 'TemplateLiteral': {
      const quasis = node.quasis as readonly { readonly value: { readonly cooked: string | null } }[];
      const inner = (node.expressions as readonly unknown[]).flatMap((each) => outcomes(each));
      return [{ start: node.start, text: quasis.map(({ value }) => value.cooked ?? '').join(' ') }, ...inner];
    }
    case 'ConditionalExpression':
      return of('consequent', 'alternate');
    case 'LogicalExpression':
    case 'BinaryExpression':
      return /^(\+|\?\?|\|\||&&)$/.test(String(node.operator)) ? of('left', 'right') : [];
    case 'TSAsExpression':
    case 'ParenthesizedExpression':
    case 'JSXExpressionContainer':
      return of('expression');
    default:
      return [];
  }
}
