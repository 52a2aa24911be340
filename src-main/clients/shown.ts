import { structuredPatch } from 'diff';
import { isSecretName, type Redactor } from '../core/traces/redaction.ts';
import { keyPlaceholder } from './client.ts';

/** Configurations of other programs as screens may show them. */

/** Up to the value of a member, as TOML or JSON writes it; a key may have quotes, and dots before it. */
const memberHead = /(?<=^|[\s{,.[])(["']?)([A-Za-z][\w -]{0,63})\1[ \t]{0,16}[=:][ \t]{0,16}/gm;
/** A key of some Slipstream in an address. */
const keyInPath = /\/k\/[A-Za-z0-9_-]{16,128}(?=\/|")/g;
/** `env_key` only names a variable. */
const namesOnly = new Set(['env_key', 'env-key', 'envkey']);
const hidden = '"<redacted>"';

const endsLikeKey = /key$/i;

function isSecret(name: string): boolean {
  return !namesOnly.has(name.toLowerCase()) && (isSecretName(name) || endsLikeKey.test(name));
}

/** Index after a string that begins at `at`, with its quotes; null where none begins. A text's end closes it, too. */
function stringEnd(text: string, at: number): number | null {
  for (const quotes of ['"""', "'''"]) {
    if (!text.startsWith(quotes, at)) continue;
    const end = text.indexOf(quotes, at + quotes.length);
    return end === -1 ? text.length : end + quotes.length;
  }
  const quote = text[at];
  if (quote !== '"' && quote !== "'") return null;
  for (let next = at + 1; next < text.length; next += 1) {
    const character = text[next];
    if (character === quote) return next + 1;
    if (character === '\n') return next;
    if (character === '\\' && quote === '"') next += 1;
  }
  return text.length;
}

/** Index after the value at `at`: a string, or a list or table with all that is in it; null for a bare word. */
function valueEnd(text: string, at: number): number | null {
  const end = stringEnd(text, at);
  if (end !== null) return end;
  if (text[at] !== '[' && text[at] !== '{') return null;
  let depth = 0;
  let next = at;
  while (next < text.length) {
    const inner = stringEnd(text, next);
    if (inner !== null) {
      next = inner;
      continue;
    }
    const character = text[next];
    if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    next += 1;
    if (depth === 0) return next;
  }
  return text.length;
}

/** What stands for a secret value: as many lines as it had, so that lines keep their numbers. */
function standInFor(value: string): string {
  const lines = value.split('\n').length;
  return [hidden, ...Array.from({ length: lines - 1 }, () => '<redacted>')].join('\n');
}

/** Before a key that begins its line, as YAML writes it, perhaps in a comment. */
const beforeKey = /^[ \t]*(?:#[ \t#]*)?(?:-[ \t]+)*$/;
/** A text without quotes, between braces or brackets. */
const bareText = /[^,}\]\n]*/y;

/** Index after the value at `at`, where texts may stand without quotes: with the lines that are further in. `before` is what its key has before it on its line. */
function bareEnd(text: string, before: string, at: number): number {
  if (!beforeKey.test(before)) {
    bareText.lastIndex = at;
    bareText.test(text);
    return valueEnd(text, at) ?? bareText.lastIndex;
  }
  let end = endOfLine(text, at);
  const isBelow = /^[ \t]*(?:#.*)?\r?$/.test(text.slice(at, end));
  for (let line = end; line < text.length; ) {
    const next = endOfLine(text, line + 1);
    const said = text.slice(line + 1, next).trimStart();
    const column = next - line - 1 - said.length;
    const isInside = column > before.length || (isBelow && column === before.length && said[0] === '-');
    if (said !== '' && !isInside) break;
    if (said !== '') end = next;
    line = next;
  }
  return end;
}

function endOfLine(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at === -1 ? text.length : at;
}

function withoutSecretMembers(text: string, hasBareTexts: boolean): string {
  const parts: string[] = [];
  let doneTo = 0;
  let line = 0;
  let lineEnd = endOfLine(text, line);
  memberHead.lastIndex = 0;
  for (let head = memberHead.exec(text); head !== null; head = memberHead.exec(text)) {
    const start = memberHead.lastIndex;
    if (!isSecret(head[2]?.trim() ?? '')) continue;
    // Step by step, each line once: to look for its ends from each key would take time by the square.
    for (; lineEnd < head.index; lineEnd = endOfLine(text, line)) line = lineEnd + 1;
    const end = hasBareTexts ? bareEnd(text, text.slice(line, head.index), start) : valueEnd(text, start);
    if (end === null) continue;
    const value = text.slice(start, end);
    // Our own stand-in hides the key already, and an empty value hides nothing.
    if (value.replaceAll(keyPlaceholder, '').replace(/["'\s]/g, '') === '') continue;
    parts.push(text.slice(doneTo, start), standInFor(value));
    doneTo = end;
    memberHead.lastIndex = end;
  }
  return parts.join('') + text.slice(doneTo);
}

/** A configuration as screens may show it, line for line: our key by its stand-in, every other secret hidden. */
export function redactConfig(text: string, apiKey: string, redactor: Redactor, hasBareTexts = false): string {
  const bare = withoutSecretMembers(text.replaceAll(apiKey, keyPlaceholder), hasBareTexts);
  return bare
    .split('\n')
    .map((line) =>
      line
        .split(keyPlaceholder)
        .map((part) => redactor.text(part).replace(keyInPath, '/k/<redacted>'))
        .join(keyPlaceholder),
    )
    .join('\n');
}

/** The change as a unified diff with its secrets hidden by `show`, which keeps the lines of a text; empty where there is none. */
export function showDiff(path: string, before: string, after: string, show: (text: string) => string): string {
  if (before === after) return '';
  const [oldLines, newLines] = [show(before), show(after)].map((text) => text.split('\n'));
  const { hunks } = structuredPatch(path, path, before, after, undefined, undefined, { context: 3 });
  const lines = hunks.flatMap(({ oldStart, oldLines: oldCount, newStart, newLines: newCount, lines: changed }) => {
    let [oldAt, newAt] = [oldStart, newStart];
    const shown = changed.map((line) => {
      const sign = line[0] ?? ' ';
      if (sign === '\\') return line;
      const text = sign === '+' ? newLines?.[newAt - 1] : oldLines?.[oldAt - 1];
      if (sign !== '+') oldAt += 1;
      if (sign !== '-') newAt += 1;
      return `${sign}${text ?? ''}`;
    });
    const place = (start: number, count: number) =>
      count === 1 ? `${start}` : `${count === 0 ? start - 1 : start},${count}`;
    return [`@@ -${place(oldStart, oldCount)} +${place(newStart, newCount)} @@`, ...shown];
  });
  return `${[`--- ${path}`, `+++ ${path}`, ...lines].join('\n')}\n`;
}
