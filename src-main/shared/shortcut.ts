/** A key that is pressed, as a page's `KeyboardEvent` tells of it. */
export interface PressedKey {
  /** Where it is on the keyboard, such as `KeyF`: what no layout changes. */
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly metaKey: boolean;
}

const modifiers = '(?:Control|Alt|Shift|Super)';
/** A shortcut of the whole system takes its keys away from every program: one letter, or one with Shift, is none. */
const pattern = new RegExp(
  `^(?=.*(?:Control|Alt|Super)\\+)(?:${modifiers}\\+){1,4}(?:[A-Z0-9]|F(?:[1-9]|1\\d|2[0-4])|Space)$`,
);

export const shortcutRule = 'keys such as Control+Alt+F, with Control, Alt or Super among them';

/** Whether a text names a shortcut that can be had everywhere, in the form Electron takes (an "accelerator"). */
export function isShortcut(text: string): boolean {
  return text.length <= 40 && pattern.test(text) && new Set(text.split('+')).size === text.split('+').length;
}

/** The shortcut that keys make; null while only modifiers are down, or where they make none. */
export function shortcutOf({ code, ctrlKey, altKey, shiftKey, metaKey }: PressedKey): string | null {
  const key = /^(?:Key|Digit)([A-Z0-9])$/.exec(code)?.[1] ?? (/^(?:F\d{1,2}|Space)$/.test(code) ? code : null);
  if (key === null) return null;
  const names = [ctrlKey && 'Control', altKey && 'Alt', shiftKey && 'Shift', metaKey && 'Super'];
  const text = [...names.filter((name) => name !== false), key].join('+');
  return isShortcut(text) ? text : null;
}
