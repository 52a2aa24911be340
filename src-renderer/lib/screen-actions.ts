import type { PaletteEntry } from './palette.ts';

/** Where an element stands, for the names of those that are there several times. */
const places = 'article, section, fieldset, li, tr, [role="region"], [role="group"]';

function textOf(element: Element): string {
  return (element.getAttribute('aria-label') ?? element.textContent ?? '').replace(/\s+/g, ' ').trim();
}

function placeOf(element: Element): string {
  const place = element.closest(places);
  if (place === null) return '';
  const head = place.querySelector('h1, h2, h3, th, legend');
  return place.getAttribute('aria-label') ?? (head === null ? '' : textOf(head));
}

/** Everything that can be pressed on the screen that is open, by its name, and by its place too where the name is not enough. */
export function screenActions(screen: Element): readonly PaletteEntry[] {
  const buttons = [
    ...screen.querySelectorAll<HTMLElement>('button:enabled, [role="tab"], a[download], summary'),
  ].filter((button) => button.checkVisibility() && button.tabIndex >= 0 && textOf(button) !== '');
  const counts = new Map<string, number>();
  for (const button of buttons) counts.set(textOf(button), (counts.get(textOf(button)) ?? 0) + 1);
  const entries = new Map<string, PaletteEntry>();
  for (const button of buttons) {
    const name = textOf(button);
    const place = (counts.get(name) ?? 0) > 1 ? placeOf(button) : '';
    const label = place === '' || place === name ? name : `${name} · ${place}`;
    if (entries.has(label)) continue;
    entries.set(label, { id: `screen ${label}`, label, run: () => press(button) });
  }
  return [...entries.values()];
}

function press(button: HTMLElement): void {
  button.focus();
  button.click();
}
