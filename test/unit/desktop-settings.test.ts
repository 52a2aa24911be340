import { describe, expect, it } from 'vitest';
import { clockMinute, clockText, isQuiet } from '../../src-main/shared/notice-kinds.ts';
import { isShortcut, shortcutOf } from '../../src-main/shared/shortcut.ts';

const none = { ctrlKey: false, altKey: false, shiftKey: false, metaKey: false };

describe('keys that are pressed', () => {
  it.each([
    [{ ...none, ctrlKey: true, altKey: true, code: 'KeyF' }, 'Control+Alt+F'],
    [{ ...none, metaKey: true, shiftKey: true, code: 'Digit7' }, 'Shift+Super+7'],
    [{ ...none, ctrlKey: true, code: 'F12' }, 'Control+F12'],
    [{ ...none, altKey: true, code: 'Space' }, 'Alt+Space'],
    [{ ...none, ctrlKey: true, code: 'ControlLeft' }, null],
    [{ ...none, shiftKey: true, code: 'KeyF' }, null],
    [{ ...none, code: 'F12' }, null],
    [{ ...none, ctrlKey: true, code: 'Enter' }, null],
    [{ ...none, ctrlKey: true, code: 'F25' }, null],
  ])('%o are the shortcut %j', (pressed, text) => {
    expect(shortcutOf(pressed)).toBe(text);
    if (text !== null) expect(isShortcut(text)).toBe(true);
  });

  it.each([
    'F',
    'Shift+F',
    'Control',
    'Control+',
    'Control+Control+F',
    'Control+f',
    'Ctrl+F',
    'Control+F ',
    'Control+F25',
  ])('%j is no shortcut', (text) => expect(isShortcut(text)).toBe(false));
});

describe('quiet hours', () => {
  it.each([
    [{ fromMinute: 1320, toMinute: 480 }, 1319, false],
    [{ fromMinute: 1320, toMinute: 480 }, 1320, true],
    [{ fromMinute: 1320, toMinute: 480 }, 0, true],
    [{ fromMinute: 1320, toMinute: 480 }, 480, false],
    [{ fromMinute: 60, toMinute: 120 }, 60, true],
    [{ fromMinute: 60, toMinute: 120 }, 120, false],
    [{ fromMinute: 60, toMinute: 60 }, 60, false],
    [null, 0, false],
  ])('%o at minute %i: %s', (hours, minute, isIn) => {
    expect(isQuiet(hours, minute)).toBe(isIn);
  });

  it.each([
    [0, '00:00'],
    [1439, '23:59'],
    [485, '08:05'],
  ])('minute %i is written %s, and read again', (minute, text) => {
    expect([clockText(minute), clockMinute(text)]).toEqual([text, minute]);
  });

  it.each(['', '24:00', '8:00', '08:60', '08:00:00'])('%j is no time of the day', (text) => {
    expect(clockMinute(text)).toBeNull();
  });
});
