import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pageLiterals } from './page-literals.ts';

const root = new URL('../..', import.meta.url).pathname;

/** What the brand is called is the same in every language. */
const names = new Set(['Slipstream', 'HTTP', 'curl', 'Codex CLI', '· Slipstream', 'Mac OS X']);
/** Addresses, samples of files, and ids of the catalogue. */
const isSample = (text: string): boolean =>
  /^((https?|socks5h?):\/\/\S+|(\/[\w.-]+)+|\{ ".*|[a-z]+(\.[\w-]+)+)$/.test(text);

describe('the texts of the page', () => {
  it('stand in the catalogue, none in its code', () => {
    const paths = globSync('src-renderer/**/*.{ts,tsx}', { cwd: root }).toSorted();
    expect(paths.length).toBeGreaterThan(100);
    const found = paths.flatMap((path) =>
      pageLiterals(path, readFileSync(join(root, path), 'utf8'))
        .filter(({ text }) => !names.has(text) && !isSample(text))
        .map(({ line, text }) => `${path}:${line}: ${text}`),
    );
    expect(found).toEqual([]);
  });

  it.each([
    ['between tags', 'const a = <p>Hello there</p>;', ['Hello there']],
    ['in Chinese', 'const a = <p>设置</p>;', ['设置']],
    ['beside an element', 'const a = <p>See <a href="x">the log</a>.</p>;', ['See', 'the log']],
    ['in what is said of an element', 'const a = <button title="Stop it" aria-label={"Stop"} />;', ['Stop it', 'Stop']],
    ['in what an image stands for', 'const a = <img alt="A chart" src="x" />;', ['A chart']],
    ['in either branch', 'const a = <p>{ok ? "yes" : "no"}</p>;', ['yes', 'no']],
    ['in an attribute with a condition', 'const a = <A label={ok ? "go" : null} />;', ['go']],
    ['in a table', 'const a = [{ id: "x", label: "Last hour" }];', ['Last hour']],
    ['in a call', 'show("error", "It could not be copied.");', ['It could not be copied.']],
    ['in a template', `show(\`The file ${'$'}{what} is gone\`);`, ['The file is gone']],
    ['in code', 'const a = <code>npx slipstream open</code>;', []],
    ['in names of the code', 'const a = <p className="a b" data-tone="warn" id="main">{t("x.y")}</p>;', []],
    ['in figures', 'const a = <p>n = {n} × 2</p>;', []],
    ['for developers', 'throw new Error("The page has no root");', []],
  ])('are found %s', (_place, source, texts) => {
    expect(pageLiterals('a.tsx', source).map(({ text }) => text)).toEqual(texts);
  });
});
