import type { ImportTool, LeftOut } from '../../shared/import-model.ts';
import { isJsonObject, type JsonObject, numberMember, objectMember, textMember } from '../json.ts';

/**
 * Sign-ins as other proxies keep or export them, as entries that a sign-in file may hold. Known by their shape, not their name:
 * - codex-lb (Soju06/codex-lb, app/modules/accounts/schemas.py and account_bundle.py): the export of one account holds an
 *   auth.json as `codexAuthJson`; a bundle of several is encrypted with a passphrase.
 * - codex-proxy (icebear0828/codex-proxy, src/auth/types.ts): `data/accounts.json` is `{accounts: [{token, refreshToken, …}]}`.
 * - opencodex (lidge-jun/opencodex, src/codex/account-store.ts): `codex-accounts.json` is an object of `{credential, generation}`
 *   by account, of older versions the credential itself; a removed account keeps an entry with `deletedAt`.
 */
interface OtherSignIns {
  readonly tool: ImportTool;
  readonly entries: readonly JsonObject[];
  readonly left: readonly LeftOut[];
}

export const maxEntries = 200;

/** The sign-ins of another proxy's file; null where it has the shape of none. */
export function signInsOfOthers(file: JsonObject): OtherSignIns | null {
  return ofCodexLb(file) ?? ofCodexProxy(file) ?? ofOpencodex(file);
}

function ofCodexLb(file: JsonObject): OtherSignIns | null {
  if (textMember(file, 'format') === 'codex-lb-account-bundle')
    return { tool: 'codex-lb', entries: [], left: [{ what: 'ciphertext', why: 'encrypted' }] };
  const exported = objectMember(file, 'codexAuthJson') ?? objectMember(file, 'codex_auth_json');
  return exported === null ? null : { tool: 'codex-lb', entries: [exported], left: [] };
}

function ofCodexProxy(file: JsonObject): OtherSignIns | null {
  const accounts = Object.hasOwn(file, 'accounts') && Array.isArray(file.accounts) ? file.accounts : [];
  const entries = accounts.filter(isJsonObject);
  if (!entries.some((entry) => textMember(entry, 'token') !== null && Object.hasOwn(entry, 'refreshToken')))
    return null;
  return {
    tool: 'codex-proxy',
    entries: entries.slice(0, maxEntries).map((entry) =>
      asEntry({
        accessToken: textMember(entry, 'token'),
        refreshToken: textMember(entry, 'refreshToken'),
        accountId: textMember(entry, 'accountId'),
        email: textMember(entry, 'email'),
        label: textMember(entry, 'label'),
        isDisabled: textMember(entry, 'status') === 'disabled',
      }),
    ),
    left: tooMany(entries.length),
  };
}

function ofOpencodex(file: JsonObject): OtherSignIns | null {
  const records = Object.entries(file).flatMap(([name, value]) => (isJsonObject(value) ? [{ name, value }] : []));
  const isCredential = (value: JsonObject | null) =>
    textMember(value, 'accessToken') !== null && textMember(value, 'chatgptAccountId') !== null;
  const isRecord = (value: JsonObject) => numberMember(value, 'generation') !== null;
  const known = records.filter(({ value }) => isCredential(value) || isRecord(value));
  if (known.length === 0 || known.length < Object.keys(file).length) return null;
  const live = known.flatMap(({ value }) => {
    const credential = isRecord(value) ? objectMember(value, 'credential') : value;
    return credential === null || numberMember(value, 'deletedAt') !== null || !isCredential(credential)
      ? []
      : [credential];
  });
  const gone: readonly LeftOut[] = known.length === live.length ? [] : [{ what: 'deletedAt', why: 'signed-out' }];
  return {
    tool: 'opencodex',
    entries: live.slice(0, maxEntries).map((credential) =>
      asEntry({
        accessToken: textMember(credential, 'accessToken'),
        refreshToken: textMember(credential, 'refreshToken'),
        accountId: textMember(credential, 'chatgptAccountId'),
        email: null,
        label: null,
        isDisabled: false,
      }),
    ),
    left: [...gone, ...tooMany(live.length)],
  };
}

interface OtherSignIn {
  readonly accessToken: string | null;
  readonly refreshToken: string | null;
  readonly accountId: string | null;
  readonly email: string | null;
  readonly label: string | null;
  readonly isDisabled: boolean;
}

/** As CLIProxyAPI has one. These programs keep no id token; the access token of a ChatGPT sign-in says the same of its holder. */
function asEntry({ accessToken, refreshToken, accountId, email, label, isDisabled }: OtherSignIn): JsonObject {
  return {
    type: 'codex',
    access_token: accessToken,
    id_token: accessToken,
    refresh_token: refreshToken,
    account_id: accountId,
    email,
    label,
    disabled: isDisabled,
  };
}

function tooMany(count: number): readonly LeftOut[] {
  return count > maxEntries ? [{ what: String(count - maxEntries), why: 'too-many' }] : [];
}
