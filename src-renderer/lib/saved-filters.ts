/** A filter that was given a name, as its parameters in an address. */
export interface SavedFilter {
  readonly name: string;
  readonly params: string;
}

const storageKey = 'slipstream.saved-filters';
const maxSaved = 50;
export const maxNameChars = 60;

/** The saved filters of this browser, in the order they were saved; what cannot be read is left out. */
export function readSavedFilters(storage: Pick<Storage, 'getItem'>): readonly SavedFilter[] {
  try {
    const value: unknown = JSON.parse(storage.getItem(storageKey) ?? '[]');
    return (Array.isArray(value) ? value : []).filter(isSaved).slice(0, maxSaved);
  } catch {
    return [];
  }
}

function isSaved(value: unknown): value is SavedFilter {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('params' in value)) return false;
  return typeof value.name === 'string' && value.name !== '' && typeof value.params === 'string';
}

/** Keeps them; a browser that refuses forgets them with the page. */
export function writeSavedFilters(storage: Pick<Storage, 'setItem'>, saved: readonly SavedFilter[]): void {
  try {
    storage.setItem(storageKey, JSON.stringify(saved));
  } catch {
    // A full or forbidden storage is no fault of the user's.
  }
}

/** With a filter of that name, in the place of one that had it. */
export function withSaved(saved: readonly SavedFilter[], filter: SavedFilter): readonly SavedFilter[] {
  const name = filter.name.trim().slice(0, maxNameChars);
  if (name === '') return saved;
  return [...saved.filter((each) => each.name !== name), { ...filter, name }].slice(-maxSaved);
}
