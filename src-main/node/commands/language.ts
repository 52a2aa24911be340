import { type LanguageChoice, languageNames } from '../../shared/words/languages.ts';
import type { CommandContext } from '../context.ts';
import type { CommonOptions } from '../options.ts';
import { call, withBridge } from './with-bridge.ts';

/** Sets what the dashboard, the tray and notifications speak; without a choice it tells which one is set. */
export async function setLanguage(
  choice: LanguageChoice | undefined,
  options: CommonOptions,
  context: CommandContext,
): Promise<number> {
  const { language } = await withBridge(options, context, (bridge) =>
    choice === undefined ? call(bridge, 'settings.get', null) : call(bridge, 'settings.set', { language: choice }),
  );
  const name = language === 'system' ? 'the one the system prefers' : languageNames[language];
  context.print(`The language is ${language}: ${name}.`);
  return 0;
}
