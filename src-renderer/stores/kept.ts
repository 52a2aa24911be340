/** What a browser keeps of the page. */
type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** In this browser, for the next visit. */
export const keptInBrowser = usable(() => localStorage);
/** In this tab, while it is open. */
export const keptInTab = usable(() => sessionStorage);

/** The storage, or where the browser refuses it, as with all cookies blocked, one that lasts as long as the page. */
function usable(storage: () => Storage): Kept {
  try {
    const found = storage();
    found.getItem('');
    return {
      getItem: (key) => found.getItem(key),
      setItem: quietly(found),
      removeItem: (key) => found.removeItem(key),
    };
  } catch {
    const memory = new Map<string, string>();
    return {
      getItem: (key) => memory.get(key) ?? null,
      setItem: (key, value) => void memory.set(key, value),
      removeItem: (key) => void memory.delete(key),
    };
  }
}

/** A full storage is no fault of the user's. */
function quietly(storage: Storage): Kept['setItem'] {
  return (key, value) => {
    try {
      storage.setItem(key, value);
    } catch {
      // What could not be kept is as it was at the next visit.
    }
  };
}
