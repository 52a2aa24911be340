import type { Translate } from '../../src-main/shared/words/words.ts';
import { type ScreenName, screens } from './screens.ts';

type GoCommand = `go-${ScreenName}`;

export type Command =
  | GoCommand
  | 'toggle-fast'
  | 'pause-turns'
  | 'focus-filter'
  | 'toggle-pause'
  | 'next'
  | 'previous'
  | 'page-down'
  | 'page-up'
  | 'first'
  | 'last'
  | 'open'
  | 'close'
  | 'help';

/** The keys that were pressed, without the modifiers that would make them somebody else's. */
export interface KeyPress {
  /** As it was typed; of a chord its name, such as `Alt+Shift+KeyF`, which no keyboard layout changes. */
  readonly key: string;
  /** What has the focus: a field takes text, a control has own meanings for arrows and Enter, a list's head for Enter alone. */
  readonly target: 'page' | 'head' | 'control' | 'text';
}

interface Shortcut {
  readonly command: Command;
  /** Alternatives; one of two keys is pressed in turn. */
  readonly keys: readonly string[];
  /** Also where a list's head has the focus, or a control (`everywhere`: even in a text field). */
  readonly reach: 'page' | 'head' | 'control' | 'everywhere';
  readonly group: 'goTo' | 'requests' | 'anywhere' | 'traffic';
}

/** Every shortcut, as the dialog lists them and as `readKey` reads them. */
export const shortcuts: readonly Shortcut[] = [
  ...screens.map(
    ({ name, keys }): Shortcut => ({
      command: `go-${name}`,
      keys: [keys],
      reach: 'control',
      group: 'goTo',
    }),
  ),
  // What acts on everybody's traffic takes more than a letter that somebody may type in the wrong place.
  {
    command: 'toggle-fast',
    keys: ['Alt+Shift+KeyF'],
    reach: 'control',
    group: 'traffic',
  },
  {
    command: 'pause-turns',
    keys: ['Alt+Shift+KeyP'],
    reach: 'control',
    group: 'traffic',
  },
  { command: 'help', keys: ['?'], reach: 'control', group: 'anywhere' },
  { command: 'close', keys: ['Escape'], reach: 'everywhere', group: 'anywhere' },
  { command: 'focus-filter', keys: ['/'], reach: 'control', group: 'requests' },
  { command: 'next', keys: ['j', 'ArrowDown'], reach: 'head', group: 'requests' },
  { command: 'previous', keys: ['k', 'ArrowUp'], reach: 'head', group: 'requests' },
  { command: 'page-down', keys: ['PageDown'], reach: 'head', group: 'requests' },
  { command: 'page-up', keys: ['PageUp'], reach: 'head', group: 'requests' },
  { command: 'first', keys: ['Home'], reach: 'head', group: 'requests' },
  { command: 'last', keys: ['End'], reach: 'head', group: 'requests' },
  { command: 'open', keys: ['Enter'], reach: 'page', group: 'requests' },
  { command: 'toggle-pause', keys: ['p'], reach: 'control', group: 'requests' },
];

const reachOfTarget = { page: 0, head: 1, control: 2, text: 3 } as const;
const reachOfShortcut = { page: 0, head: 1, control: 2, everywhere: 3 } as const;

/** Reads one key after another: the command it completes, and the first half of a pair to remember. */
export function readKey(
  pending: string | null,
  press: KeyPress,
): { readonly command: Command | null; readonly pending: string | null } {
  const sequence = pending === null ? press.key : `${pending} ${press.key}`;
  const shortcut = shortcuts.find(({ keys, reach }) => {
    // Letters have no other meaning for a control, so j and k keep working there.
    const wide = press.key.length === 1 && reach === 'head' ? 'control' : reach;
    return keys.includes(sequence) && reachOfTarget[press.target] <= reachOfShortcut[wide];
  });
  if (shortcut !== undefined) return { command: shortcut.command, pending: null };
  const starts =
    press.target !== 'text' && shortcuts.some(({ keys }) => keys.some((k) => k.startsWith(`${press.key} `)));
  return { command: null, pending: starts ? press.key : null };
}

/**
 * A key by what is typed with it; of a letter that no shortcut can have, as on a keyboard for Cyrillic or Greek, the Latin one that
 * stands there. Caps Lock is no Shift.
 */
export function latinKey({ key, code, shiftKey }: Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey'>): string {
  const isForeign = /^[^\p{Script=Latin}]$/u.test(key) && /^\p{L}$/u.test(key) && code.startsWith('Key');
  const latin = isForeign ? code.slice('Key'.length) : key;
  return latin.length === 1 && (isForeign || !shiftKey) ? latin.toLowerCase() : latin;
}

/** What a shortcut does, in a few words. */
export function shortcutLabel(t: Translate, command: Command): string {
  const screen = screens.find(({ name }) => command === `go-${name}`);
  return screen === undefined ? t(`keys.${command as Exclude<Command, GoCommand>}`) : t(`screens.${screen.name}`);
}

/** How a key is printed on the dialog. */
export function keyCap(key: string): string {
  const caps: Record<string, string> = {
    ArrowDown: '↓',
    ArrowUp: '↑',
    PageDown: 'PgDn',
    PageUp: 'PgUp',
    Escape: 'Esc',
  };
  return caps[key] ?? key.replace('+Key', '+');
}
