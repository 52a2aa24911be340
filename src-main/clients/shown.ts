import { createTwoFilesPatch } from 'diff';
import type { Redactor } from '../core/traces/redaction.ts';
import { keyPlaceholder } from './client.ts';

/** A member whose name says that its value is a secret, as TOML or JSON writes it. `env_key` only names a variable. */
const secretMember =
  /((?:^|[\s"'{,.])(?!["']?env_key\b)["']?[\w-]*(?:token|secret|password|key|authorization)["']?\s*[=:]\s*)("(?:[^"\\]|\\.)*"|'[^']*')/gi;

/** A key of some Slipstream in an address. */
const keyInPath = /\/k\/[A-Za-z0-9_-]{16,128}(?=\/|")/g;

/** A text as screens may show it: our key by its stand-in, every other secret hidden. */
export function redactConfig(text: string, apiKey: string, redactor: Redactor): string {
  return text
    .split('\n')
    .map((line) => {
      // The redactor would hide the stand-in, too. An empty value hides nothing.
      const clean = line.split(apiKey).map((part) => redactor.text(part).replace(keyInPath, '/k/<redacted>'));
      return clean
        .join(keyPlaceholder)
        .replace(secretMember, (match, head: string, value: string) =>
          value.includes(keyPlaceholder) || value.length === 2 ? match : `${head}"<redacted>"`,
        );
    })
    .join('\n');
}

/** The change as a unified diff; empty where there is none. */
export function showDiff(path: string, before: string, after: string): string {
  if (before === after) return '';
  const patch = createTwoFilesPatch(path, path, before, after, undefined, undefined, { context: 3 });
  // What stands above the file names only names the tool.
  return patch.slice(patch.indexOf('---'));
}
