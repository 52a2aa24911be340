import { validate as isUuid } from 'uuid';
import type { Change, RawHeader, Transport } from '../../shared/model.ts';
import { tell } from '../../shared/words/told.ts';
import type { Told } from '../../shared/words/told-text.ts';
import { headerValue, type RawHeaders } from '../headers.ts';
import type { Endpoint } from './body.ts';
import type { ClientKind } from './client-kind.ts';
import { filled, type IdentityFacts, turnMetadata, userAgent } from './identity.ts';
import type { Profile } from './profiles/profile.ts';

/** The account's part of the headers. */
export interface AccountCredentials {
  readonly accessToken: string;
  /** ChatGPT workspace id. */
  readonly accountId: string;
  /** Value for `x-openai-account-routing-override`; null sends none. */
  readonly routingOverride: string | null;
}

export interface HeaderQuestion {
  readonly sent: RawHeaders;
  readonly endpoint: Endpoint;
  readonly client: ClientKind;
  readonly transport: Transport;
  readonly profile: Profile;
  readonly identity: IdentityFacts;
  readonly account: AccountCredentials;
  readonly model: string;
  readonly tier: string | null;
  /** False only where an experiment leaves it out. */
  readonly sendsHint: boolean;
  /** False where upstream does not take encoded bodies. */
  readonly encodesBody: boolean;
  /** Crossed over from `client_metadata`, for HTTP. */
  readonly crossed: RawHeaders;
}

const relayedNames = new Set([
  'originator',
  'user-agent',
  'version',
  'openai-beta',
  'session-id',
  'session_id',
  'thread-id',
  'x-client-request-id',
]);
const relayedPrefixes = ['x-codex-', 'x-openai-', 'x-oai-', 'x-responsesapi-'];

/** Never relayed although a prefix would let them through: they are the account's or built here. */
const ours = new Set(['x-openai-account-routing-override', 'x-codex-routing-hint']);

/** Part of carrying HTTP, so dropping them is no news. */
const hopByHop = new Set([
  'host',
  'connection',
  'upgrade',
  'content-length',
  'content-type',
  'content-encoding',
  'transfer-encoding',
  'accept',
  'accept-encoding',
  'te',
  'keep-alive',
  'sec-websocket-key',
  'sec-websocket-version',
  'sec-websocket-extensions',
]);

const notListed = tell('why.header.unlisted');

/** The list, and for a Codex client what the installed one was seen to send. */
function isRelayed(name: string, learned?: ReadonlySet<string>): boolean {
  if (ours.has(name)) return false;
  return (
    relayedNames.has(name) || relayedPrefixes.some((prefix) => name.startsWith(prefix)) || learned?.has(name) === true
  );
}

/** `model=<slug>` plus the tier that this socket's frames carry. */
export function routingHint(model: string, tier: string | null): string {
  return tier === null ? `model=${model}` : `model=${model};tier=${tier}`;
}

/** Why a header does not go on; null when it does. */
function dropReason(name: string, question: HeaderQuestion): Told | null {
  const { profile, transport, client, sent } = question;
  if (name === 'authorization' || name === 'x-api-key') return tell('why.header.credentials');
  if (!isRelayed(name, client.isCodex ? profile.relayed : undefined)) return notListed;
  if (transport === 'http' && name === 'openai-beta') return tell('why.header.upgrade');
  if (name === 'openai-beta' && !headerValue(sent, name)?.includes('responses_websockets='))
    return tell('why.header.notWebsocket');
  if (name === 'session_id' && !client.isCodex && !profile.sessionHeaders.includes(name))
    return tell('why.header.session');
  if (transport === 'ws' && profile.httpOnlyHeaders.includes(name)) return tell('why.header.http');
  if (transport === 'ws' && profile.crossings.some((crossing) => crossing.header === name)) {
    return tell('why.header.metadata');
  }
  return null;
}

/** The profile's own headers, for what the client did not send. Source: captures/default-official.json, o-ws426.json. */
function profileHeaders(question: HeaderQuestion): RawHeader[] {
  const { client, profile, transport, identity } = question;
  if (client.isCodex) {
    const headers: RawHeader[] = client.version === null ? [] : [['version', client.version]];
    return transport === 'ws' ? [['openai-beta', profile.websocketBeta], ...headers] : headers;
  }
  const where = transport === 'ws' ? 'upgrade' : 'frame';
  const headers: RawHeader[] = [
    ['originator', identity.originator],
    ['version', profile.version],
  ];
  if (profile.userAgentOn.includes(transport)) headers.push(['user-agent', userAgent(identity)]);
  if (transport === 'ws') headers.push(['openai-beta', profile.websocketBeta]);
  if (profile.betaFeatures !== null) headers.push(['x-codex-beta-features', profile.betaFeatures]);
  headers.push(['x-client-request-id', identity.sessionId]);
  for (const name of profile.sessionHeaders) headers.push([name, identity.sessionId]);
  if (profile.windowHeader !== null) headers.push([profile.windowHeader, `${identity.sessionId}:0`]);
  if (identity.sendsTurnMetadata) headers.push(['x-codex-turn-metadata', turnMetadata(identity, where)]);
  for (const { name, on, fill } of profile.moreHeaders ?? [])
    if (on.includes(transport)) headers.push([name, String(filled(fill, identity, where))]);
  return headers.filter(([name]) => profile.without?.[transport].includes(name) !== true);
}

/** Say who the client is; one that is not Codex is sent as the official client (S4). */
const identityNames = new Set(['originator', 'user-agent', 'version']);

/** Why a header's value is ours and not what the client sent; null where that goes on (S3). */
function replaceReason(name: string, value: string, { client, profile }: HeaderQuestion): Told | null {
  if (client.isCodex) return null;
  if (identityNames.has(name)) return tell('why.official.follows');
  // Beside the UUID that the text stands for everywhere else it would name another session.
  return profile.sessionHeaders.includes(name) && !isUuid(value) ? tell('why.header.sessionText') : null;
}

/** The hint is ours even where the client sent another: it names the tier that this socket's frames carry. */
function addHint({ model, tier, sent }: HeaderQuestion, headers: RawHeader[], changes: Change[]): void {
  const hint = routingHint(model, tier);
  headers.push(['x-codex-routing-hint', hint]);
  const sentHint = headerValue(sent, 'x-codex-routing-hint');
  if (sentHint !== hint) {
    const why = sentHint === null ? tell('why.official.shape') : tell('why.header.tier');
    changes.push({
      step: 'headers',
      path: 'headers.x-codex-routing-hint',
      action: sentHint === null ? 'added' : 'set',
      why,
    });
  }
}

/** A sign-in that names no workspace sends none, as with the official client. */
function workspaceHeader({ accountId }: AccountCredentials): RawHeader[] {
  return accountId === '' ? [] : [['chatgpt-account-id', accountId]];
}

/** What is the account's own in every request on its behalf. */
function accountHeaders(account: AccountCredentials): { readonly headers: RawHeader[]; readonly changes: Change[] } {
  const headers: RawHeader[] = [['authorization', `Bearer ${account.accessToken}`], ...workspaceHeader(account)];
  const changes: Change[] = [
    { step: 'identity', path: 'headers.authorization', action: 'set', why: tell('why.account.token') },
  ];
  if (account.accountId !== '')
    changes.push({
      step: 'identity',
      path: 'headers.chatgpt-account-id',
      action: 'set',
      why: tell('why.account.workspace'),
    });
  if (account.routingOverride !== null) {
    headers.push(['x-openai-account-routing-override', account.routingOverride]);
    changes.push({
      step: 'identity',
      path: 'headers.x-openai-account-routing-override',
      action: 'set',
      why: tell('why.account.asked'),
    });
  }
  return { headers, changes };
}

function acceptedEncoding({ acceptEncoding }: Profile): RawHeader[] {
  return acceptEncoding === null ? [] : [['accept-encoding', acceptEncoding]];
}

/** The one place that builds upstream headers, for both transports, and the list of what it changed. */
export function buildHeaders(question: HeaderQuestion): {
  readonly headers: RawHeaders;
  readonly changes: readonly Change[];
} {
  const { sent, account, profile, transport } = question;
  const { headers, changes } = accountHeaders(account);
  const named = new Set<string>();
  for (const [rawName, value] of sent) {
    const name = rawName.toLowerCase();
    named.add(name);
    if (hopByHop.has(name) || ours.has(name) || name === 'chatgpt-account-id') continue;
    const dropped = dropReason(name, question);
    const replaced = dropped === null ? replaceReason(name, value, question) : null;
    if (dropped !== null) {
      if (name !== 'authorization')
        changes.push({ step: 'headers', path: `headers.${name}`, action: 'dropped', why: dropped });
    } else if (replaced === null) headers.push([name, value]);
    else changes.push({ step: 'identity', path: `headers.${name}`, action: 'set', why: replaced });
  }
  const there = new Set(headers.map(([name]) => name));
  for (const header of [...question.crossed, ...profileHeaders(question)]) {
    const [name] = header;
    if (there.has(name)) continue;
    there.add(name);
    headers.push(header);
    if (!named.has(name))
      changes.push({ step: 'identity', path: `headers.${name}`, action: 'added', why: tell('why.official.shape') });
  }
  if (question.sendsHint) addHint(question, headers, changes);
  if (transport === 'http') {
    const accept = question.endpoint === 'compact' ? 'application/json' : 'text/event-stream';
    headers.push(['accept', accept], ['content-type', 'application/json'], ...acceptedEncoding(profile));
    // How a compaction's body goes was never seen.
    if (question.endpoint === 'responses' && question.encodesBody && profile.bodyEncoding !== null)
      headers.push(['content-encoding', profile.bodyEncoding]);
  }
  return { headers, changes };
}

/** Beyond the usual list, what carries a relayed request's body and says what answer is wanted. */
const carrying = new Set([
  'accept',
  'accept-encoding',
  'content-type',
  'content-encoding',
  'content-length',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'if-range',
  'range',
  'idempotency-key',
  'x-codex-routing-hint',
]);

/** Headers of a Codex client's request that is no turn: its own, by the same list, with the account's in place of its credentials. */
export function buildRelayedHeaders(
  sent: RawHeaders,
  account: AccountCredentials,
): { readonly headers: RawHeaders; readonly changes: readonly Change[] } {
  const { headers, changes } = accountHeaders(account);
  for (const [rawName, value] of sent) {
    const name = rawName.toLowerCase();
    if (carrying.has(name) || (isRelayed(name) && name !== 'openai-beta')) headers.push([name, value]);
    else if (!hopByHop.has(name) && name !== 'authorization' && name !== 'chatgpt-account-id')
      changes.push({ step: 'headers', path: `headers.${name}`, action: 'dropped', why: notListed });
  }
  return { headers, changes };
}

/** Headers of a GET on an account's behalf, such as the catalogue. Source: captures/tier-fast.json, seq 2. */
export function buildSideHeaders(
  identity: Pick<IdentityFacts, 'profile' | 'originator' | 'platform'>,
  account: AccountCredentials,
): RawHeaders {
  return [
    ['version', identity.profile.version],
    ['authorization', `Bearer ${account.accessToken}`],
    ...workspaceHeader(account),
    ['originator', identity.originator],
    ['user-agent', userAgent(identity)],
    ['accept', '*/*'],
    ...acceptedEncoding(identity.profile),
  ];
}

/** Headers of a GET under `/wham`. Source: PROTOCOL.md, Usage and limits (no originator). */
export function buildUsageHeaders(
  identity: Pick<IdentityFacts, 'profile' | 'originator' | 'platform'>,
  account: AccountCredentials,
): RawHeaders {
  return [
    ['user-agent', userAgent(identity)],
    ['authorization', `Bearer ${account.accessToken}`],
    ...workspaceHeader(account),
    ['accept', '*/*'],
    ...acceptedEncoding(identity.profile),
  ];
}

/** Headers of a JSON POST to the issuer. Source: PROTOCOL.md, Sign-in, captures/o-expired.json. */
export function buildIssuerHeaders(identity: Pick<IdentityFacts, 'profile' | 'originator' | 'platform'>): RawHeaders {
  return [
    ['content-type', 'application/json'],
    ['originator', identity.originator],
    ['user-agent', userAgent(identity)],
    ['accept', '*/*'],
    ...acceptedEncoding(identity.profile),
  ];
}

/** Headers of a sign-in's POST to the issuer, which names no client. Source: captures/login-browser.json, login-device.json. */
export function buildSignInHeaders(contentType: string): RawHeaders {
  return [
    ['content-type', contentType],
    ['accept', '*/*'],
  ];
}
