import type { AccountView } from '../../shared/account-model.ts';
import { shownProxy } from '../../shared/proxy-address.ts';
import { tell, tellAll } from '../../shared/words/told.ts';
import type { Told } from '../../shared/words/told-text.ts';
import { type AccountHealth, type AccountTokens, accountLabel, type LockedAccount } from './account.ts';
import { isLinked, type LinkState, linkProblem } from './linked-accounts.ts';
import { verdictRow } from './verdict-table.ts';
import { concerns, stands, type Verdict, verdictText } from './verdicts.ts';

/** An account is asked over HTTP for a while, and why. */
export interface OverHttp {
  /** Epoch ms. */
  readonly untilMs: number;
  readonly why: Told;
}

/** A reading of the quota that failed. */
export interface UsageTrouble {
  readonly text: Told;
  /** Epoch ms. */
  readonly atMs: number;
}

/** Why an account serves no turn. */
export interface WhyNot {
  /** Only because its usage limit is reached. */
  readonly isResting: boolean;
  /** A sentence that names the account. */
  readonly text: Told;
}

/** Everything that an account's view is made of. */
export interface AccountFacts {
  /** Without tokens where it is locked. */
  readonly account: LockedAccount & { readonly tokens?: AccountTokens; readonly proxyUrl?: string | null };
  readonly health: AccountHealth;
  readonly belongsHere: boolean;
  readonly linkState: LinkState;
  /** Why it could not be renewed the last time. */
  readonly trouble: Told | null;
  /** Why its way out of this machine led nowhere the last time. */
  readonly wayTrouble: Told | null;
  readonly workspace: string | null;
  readonly label: string;
  readonly usageTrouble: UsageTrouble | null;
  readonly overHttp: OverHttp | null;
  /** Tokens are encrypted on disk. */
  readonly encrypted: boolean;
  /** Epoch ms. */
  readonly nowMs: number;
}

/** The account as screens see it: no token, no workspace id. Pure. */
export function accountView(facts: AccountFacts): AccountView {
  const { account, health, nowMs } = facts;
  return {
    id: account.id,
    email: account.email,
    nickname: account.nickname,
    workspace: facts.workspace,
    label: facts.label,
    plan: account.plan,
    source: account.source,
    enabled: account.enabled,
    websockets: account.websockets,
    state: stateOf(facts),
    tokenExpiresAt: account.tokenExpiresAt,
    cooldownUntil: restUntil(facts),
    usage: health.usage,
    usageTrouble: facts.usageTrouble,
    encrypted: facts.encrypted,
    priority: account.priority,
    proxyUrl: shownProxy(account.proxyUrl ?? null),
    link: isLinked(account) ? { path: account.link.path, state: facts.linkState } : null,
    problem: problemOf(facts),
    refusals: standing(facts).map((verdict) => ({
      kind: verdict.kind,
      scope: verdict.scope,
      text: verdictText(verdict),
      isHard: verdictRow(verdict.kind).isHard,
      untilMs: verdict.untilMs,
    })),
    overHttp: facts.overHttp !== null && facts.overHttp.untilMs > nowMs ? facts.overHttp : null,
  };
}

/** What keeps turns of every model from it until somebody does something; null for nothing. */
function unusedState(facts: AccountFacts): 'disabled' | 'elsewhere' | 'locked' | 'signedOut' | null {
  if (!facts.account.enabled) return 'disabled';
  if (!facts.belongsHere) return 'elsewhere';
  if (isLocked(facts)) return 'locked';
  return facts.health.signedOut === null ? null : 'signedOut';
}

/** Why the account can serve no turn of this model now; null where it can. */
export function whyNot(facts: AccountFacts, model: string | null): WhyNot | null {
  const { health, nowMs, label } = facts;
  const state = unusedState(facts);
  if (state !== null) return { isResting: false, text: tell(`failures.unused.${state}`, { account: label }) };
  if ((health.cooldownUntil ?? 0) > nowMs) {
    const until = momentText(health.cooldownUntil ?? 0);
    return { isResting: true, text: tell('failures.unused.resting', { account: label, until }) };
  }
  const verdict = standing(facts).find((said) => concerns(said, model) && verdictRow(said.kind).isHard);
  if (verdict === undefined) return null;
  // The next account's sentence comes behind it.
  const words = verdict.words.replace(/[^.]$/, '$&.');
  const values = { account: label, until: momentText(verdict.untilMs), why: verdictText({ ...verdict, words }) };
  return { isResting: false, text: tell('failures.unused.refused', values) };
}

/** `2026-11-28 09:45 UTC`, which means the same to whoever reads it. */
function momentText(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function standing({ health, nowMs }: AccountFacts): readonly Verdict[] {
  return health.verdicts.filter((verdict) => stands(verdict, nowMs));
}

/** What stands against the whole account. */
function whole(facts: AccountFacts): Verdict | null {
  const all = standing(facts).filter((verdict) => concerns(verdict, null));
  return all.find(({ kind }) => verdictRow(kind).isHard) ?? all[0] ?? null;
}

/**
 * Until when its usage limit is reached: what upstream said in a refusal, or the later reset of a window that is used up,
 * which credits make up for. Null where it is not.
 */
function restUntil({ health, nowMs }: AccountFacts): number | null {
  const { cooldownUntil, usage } = health;
  if (cooldownUntil !== null && cooldownUntil > nowMs) return cooldownUntil;
  if (usage?.credits?.hasCredits === true) return null;
  const resets = [usage?.primary, usage?.secondary].flatMap((window) =>
    window != null && window.usedPercent >= 100 ? (window.resetAt ?? []) : [],
  );
  const last = Math.max(0, ...resets);
  return last > nowMs ? last : null;
}

function isLocked({ account }: AccountFacts): boolean {
  return account.tokens === undefined;
}

function stateOf(facts: AccountFacts): AccountView['state'] {
  const { account, health, nowMs } = facts;
  if (!facts.belongsHere) return 'other-upstream';
  if (isLocked(facts)) return 'locked';
  if (health.signedOut !== null) return 'signed-out';
  if (whole(facts) !== null) return 'refused';
  if (restUntil(facts) !== null) return 'exhausted';
  if (account.tokenExpiresAt !== null && account.tokenExpiresAt <= nowMs) return 'expired';
  return 'ready';
}

/** What is wrong with the account and how to mend it. */
function problemOf(facts: AccountFacts): Told | null {
  const { account, linkState, trouble, wayTrouble } = facts;
  const link = isLinked(account) ? linkProblem(linkState, account.link.path) : null;
  if (link !== null) return link;
  switch (stateOf(facts)) {
    case 'signed-out':
      return isLinked(account) ? tell('troubles.signedOut.linked') : tell('troubles.signedOut');
    case 'other-upstream':
      return tell('troubles.otherUpstream');
    case 'refused': {
      const verdict = whole(facts);
      return verdict === null ? null : verdictText(verdict);
    }
    case 'locked':
      return tell('troubles.locked');
    case 'expired':
      return account.tokens?.refreshToken === null ? tell('troubles.tokenEnded') : trouble;
    case 'ready':
    case 'exhausted':
      return trouble ?? wayTrouble ?? partly(facts);
  }
}

const mostNamed = 6;

/** What holds for some models alone, each kind of it once: an account may lack a whole catalogue of them. */
function partly(facts: AccountFacts): Told | null {
  const kinds = Map.groupBy(standing(facts), ({ kind }) => kind);
  const texts = [...kinds.values()].flatMap(togetherText);
  return texts.length === 0 ? null : tellAll(texts);
}

/** What upstream says of several models, in one sentence; its words are told where they are of one alone. */
function togetherText([first, ...others]: readonly Verdict[]): Told[] {
  if (first === undefined) return [];
  if (others.length === 0) return [verdictText(first)];
  const scopes = [...new Set([first, ...others].flatMap(({ scope }) => scope ?? []))];
  const named = scopes.slice(0, mostNamed).join(', ');
  const more = String(scopes.length - mostNamed);
  const scope = scopes.length > mostNamed ? tell('troubles.said.more', { named, more }) : named;
  return [verdictText({ ...first, scope: scopes.length === 0 ? null : scope, words: '' })];
}

/** What each account is called, by its id; those that would be called the same are numbered in their order. */
export function numberedLabels(accounts: readonly LockedAccount[]): ReadonlyMap<string, string> {
  const same = Map.groupBy(accounts, accountLabel);
  return new Map(
    [...same].flatMap(([label, called]) =>
      called.map(({ id }, at) => [id, called.length < 2 ? label : `${label} #${at + 1}`] as const),
    ),
  );
}
