import type { ImportPreview, ImportTool, LeftOut } from './import-model.ts';
import type { Words } from './words/words.ts';

/** Names of programs; the same in every language. */
const toolNames: Readonly<Record<ImportTool, string>> = {
  codex: 'Codex',
  cliproxyapi: 'CLIProxyAPI',
  'codex-lb': 'codex-lb',
  'codex-proxy': 'codex-proxy',
  opencodex: 'opencodex',
};

/** What would be taken: a line for each account and setting. */
export function takenLines(preview: ImportPreview, { t }: Words): readonly string[] {
  const accounts = preview.accounts.map(({ email, plan, isThere }) => {
    const name = t('migration.account', { email, plan: plan === null ? '' : ` (${plan})` });
    return `${name} · ${t(isThere ? 'migration.account.there' : 'migration.account.new')}`;
  });
  const settings = preview.settings.map(({ name, value }) => t(`migration.setting.${name}`, { value }));
  return [...accounts, ...settings];
}

/** What would not be taken, each with its reason; the same thing said once. */
export function leftLines(left: readonly LeftOut[], { t }: Words): readonly string[] {
  return [...new Set(left.map(({ what, why }) => t(`migration.left.${why}`, { what })))];
}

/** The name of the program whose file it is. */
export function toolName(tool: ImportTool | null, { t }: Words): string {
  return tool === null ? t('migration.tool.none') : toolNames[tool];
}

/** All of it as text, for the command line. */
export function previewLines(previews: readonly ImportPreview[], words: Words): readonly string[] {
  const taken = previews.flatMap((preview) => {
    const lines = takenLines(preview, words);
    const head = words.t('migration.found', { tool: toolName(preview.tool, words) });
    return lines.length === 0 ? [] : [{ head, lines }];
  });
  const heads = [...new Set(taken.map(({ head }) => head))];
  const groups = heads.flatMap((head) => [
    `${head}:`,
    ...taken.filter((part) => part.head === head).flatMap(({ lines }) => lines.map((line) => `  + ${line}`)),
  ]);
  const left = leftLines(
    previews.flatMap((preview) => preview.left),
    words,
  );
  return [
    ...(groups.length === 0 ? [words.t('migration.nothing')] : groups),
    ...(left.length === 0 ? [] : [`${words.t('migration.left')}:`, ...left.map((line) => `  – ${line}`)]),
  ];
}
