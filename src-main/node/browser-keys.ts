import { createHash, createPublicKey, type KeyObject, randomBytes, randomUUID, verify } from 'node:crypto';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import type { Clock } from '../core/ports.ts';
import { openStateFile, type StateFileHost } from '../core/state-file.ts';
import type { BrowserView } from '../shared/browser-sign-in.ts';
import { SlipstreamError } from '../shared/errors.ts';
import { Listeners } from '../shared/listeners.ts';
import { signedText } from '../shared/signed-text.ts';
import { said } from '../shared/words/said.ts';
import { writeProblem } from '../shared/write-problem.ts';
import { browserName } from './browser-name.ts';

const keptLimit = 20;
const useNotedEveryMs = 60_000;
const version = 1;

const Kept = z.object({
  id: z.string(),
  publicKey: z.string(),
  origin: z.string(),
  name: z.string(),
  addedAt: z.number(),
  lastUsedAt: z.number(),
});
type Kept = z.infer<typeof Kept>;
const KeptFile = z.object({ instance: z.string().min(32), browsers: z.array(Kept) });

/** Where a page says it comes from: the origin as its browser names it, and that browser's user agent. */
export interface PageFacts {
  readonly origin: string;
  readonly agent: string;
}

/** A text to sign: this program's, good for one connection. */
export interface Challenge {
  readonly instance: string;
  readonly nonce: string;
}

/** The browsers that stay signed in, each known by the public half of a key that never leaves it. */
export interface BrowserKeys {
  /** Lets a browser in from now on; null for what is no P-256 key. Known already, it is only noted as used. */
  enrol(publicKey: string, page: PageFacts): string | null;
  /** What a browser has to sign; null for one that is not known at this origin. */
  challenge(id: string, page: PageFacts): Challenge | null;
  /** Whether the key of this browser has signed this challenge for this origin. */
  proves(id: string, page: PageFacts, proof: { readonly challenge: Challenge; readonly signature: string }): boolean;
  list(): BrowserView[];
  /** Forgets a browser; nothing where it is gone already. Throws `store_unwritable`, and keeps it, where it would be let in after a restart. */
  revoke(id: string): void;
  /** Calls back with each browser that is forgotten. */
  onRevoke(listener: (id: string) => void): () => void;
}

/** The caller holds the data folder. */
interface BrowserKeysHost extends StateFileHost {
  readonly clock: Clock;
}

/** Reads the browsers of a data folder. A file that cannot be read lets nobody in; who is let in then is let in for this run. */
export function openBrowserKeys(host: BrowserKeysHost): BrowserKeys {
  const { clock, log } = host;
  const file = openStateFile({ ...host, kind: 'browsers', version });
  const { path } = file;
  const kept = KeptFile.safeParse(file.content).data;
  if (file.content !== null && kept === undefined) file.keepCopy();
  const instance = kept?.instance ?? randomUUID();
  let browsers: readonly Kept[] = kept?.browsers ?? [];
  const revoked = new Listeners<[id: string]>(log);

  /** Null, or why the disk did not take it. */
  const write = (browsers: readonly Kept[]): unknown => {
    try {
      writeFileAtomic.sync(path, `${JSON.stringify({ version, instance, browsers })}\n`, { mode: 0o600 });
      return null;
    } catch (error) {
      log.warn('Which browsers stay signed in could not be written; after a restart they need a new link.', { error });
      return error;
    }
  };
  const take = (next: readonly Kept[]) => {
    const gone = browsers.filter(({ id }) => !next.some((each) => each.id === id));
    browsers = next;
    for (const { id } of gone) revoked.tell(id);
  };
  const keep = (next: readonly Kept[]) => {
    if (file.leftAlone === null) write(next);
    take(next);
  };
  const at = (id: string, page: PageFacts) =>
    browsers.find((each) => each.id === id && each.origin === page.origin) ?? null;
  const noteUse = (browser: Kept, page: PageFacts) => {
    const lastUsedAt = clock.epochMs();
    const others = browsers.filter(({ id }) => id !== browser.id);
    keep([{ ...browser, name: browserName(page.agent), lastUsedAt }, ...others].slice(0, keptLimit));
  };

  return {
    enrol: (publicKey, page) => {
      if (importKey(publicKey) === null) return null;
      const id = browserId(publicKey, page.origin);
      const addedAt = clock.epochMs();
      noteUse(at(id, page) ?? { id, publicKey, origin: page.origin, name: '', addedAt, lastUsedAt: addedAt }, page);
      return id;
    },
    challenge: (id, page) =>
      at(id, page) === null ? null : { instance, nonce: randomBytes(32).toString('base64url') },
    proves: (id, page, { challenge, signature }) => {
      const browser = at(id, page);
      const key = browser === null ? null : importKey(browser.publicKey);
      if (browser === null || key === null || challenge.instance !== instance) return false;
      const text = Buffer.from(signedText({ ...challenge, origin: page.origin }));
      const bytes = Buffer.from(signature, 'base64url');
      if (!verify('sha256', text, { key, dsaEncoding: 'ieee-p1363' }, bytes)) return false;
      // Tabs come and go often; the disk hears of it now and then.
      if (clock.epochMs() - browser.lastUsedAt >= useNotedEveryMs) noteUse(browser, page);
      return true;
    },
    list: () => browsers.map(({ publicKey, ...view }) => view),
    revoke: (id) => {
      const others = browsers.filter((each) => each.id !== id);
      const cause = file.leftAlone === null ? write(others) : null;
      if (cause === null) return take(others);
      const words = said('failures.write', { path, why: writeProblem(cause) });
      throw new SlipstreamError('store_unwritable', { ...words, cause });
    },
    onRevoke: (listener) => revoked.add(listener),
  };
}

/** A browser under another of our names has another key store, so the origin is a part of who it is. */
function browserId(publicKey: string, origin: string): string {
  return createHash('sha256').update(`${origin}\n${publicKey}`).digest('base64url');
}

/** A key as browsers export it (SPKI, base64url); null where it is not one of P-256. */
function importKey(publicKey: string): KeyObject | null {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64url'), format: 'der', type: 'spki' });
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : null;
  } catch {
    return null;
  }
}
