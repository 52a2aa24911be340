import { english } from './english.ts';

/** What an error carries that is told: in English to clients, commands and logs, as its code to screens. */
export function saidInEnglish(told: string): { readonly message: string; readonly told: string } {
  return { message: english.told(told), told };
}
