/** The key that this browser proves itself with. The browser keeps it for this origin; not even this page can read its secret half. */
export interface BrowserKey {
  /** SPKI, base64url. */
  readonly publicKey: string;
  /** ECDSA P-256 with SHA-256, base64url. */
  sign(text: string): Promise<string>;
}

/** How the key is known to Slipstream, once it is. */
export interface BrowserKeyStore {
  /** Makes a key where there is none. Null where this browser can keep none, as in some private windows. */
  make(): Promise<BrowserKey | null>;
  /** The key and the name Slipstream gave it; null where it has none. */
  find(): Promise<{ readonly key: BrowserKey; readonly name: string } | null>;
  /** Remembers the name. */
  setName(name: string): Promise<void>;
}

const databaseName = 'slipstream';
const storeName = 'keys';
const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const signing = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** Keeps the key in IndexedDB, which no other origin can open. Never rejects. */
export function keptBrowserKey(): BrowserKeyStore {
  return {
    make: () =>
      quietly(async () => {
        const kept = await read('pair');
        if (isPair(kept)) return asKey(kept);
        const made = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
        // Two tabs may have made one at the same time: the first that was kept counts.
        return asKey(await keepFirst('pair', made));
      }),
    find: () =>
      quietly(async () => {
        const [pair, name] = [await read('pair'), await read('name')];
        return isPair(pair) && typeof name === 'string' ? { key: await asKey(pair), name } : null;
      }),
    setName: async (name) => {
      await quietly(() => inStore('readwrite', (store) => store.put(name, 'name')));
    },
  };
}

async function quietly<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch {
    return null;
  }
}

async function asKey({ privateKey, publicKey }: CryptoKeyPair): Promise<BrowserKey> {
  return {
    publicKey: base64url(await crypto.subtle.exportKey('spki', publicKey)),
    sign: async (text) => base64url(await crypto.subtle.sign(signing, privateKey, new TextEncoder().encode(text))),
  };
}

function isPair(value: unknown): value is CryptoKeyPair {
  return typeof value === 'object' && value !== null && 'privateKey' in value && 'publicKey' in value;
}

function base64url(bytes: ArrayBuffer): string {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function read(name: string): Promise<unknown> {
  return inStore('readonly', (store) => store.get(name));
}

async function keepFirst(name: string, pair: CryptoKeyPair): Promise<CryptoKeyPair> {
  await inStore('readwrite', (store) => store.add(pair, name)).catch(() => undefined);
  const kept = await read(name);
  if (!isPair(kept)) throw new Error('This browser keeps no key.');
  return kept;
}

async function inStore<T>(mode: IDBTransactionMode, use: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opening = indexedDB.open(databaseName, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(storeName);
  const database = await settled(opening);
  try {
    return await settled(use(database.transaction(storeName, mode).objectStore(storeName)));
  } finally {
    database.close();
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
