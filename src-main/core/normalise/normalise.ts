import type { Change, RawHeader, Transport } from '../../shared/model.ts';
import type { FastPolicy } from '../../shared/tiers.ts';
import { aliasParts, defaultTier, isFastTier, type Tier } from '../../shared/tiers.ts';
import { tell } from '../../shared/words/told.ts';
import { headerValue, type RawHeaders } from '../headers.ts';
import { type Json, type JsonObject, objectMember, textMember } from '../json.ts';
import { membersOf } from '../json-scan.ts';
import type { ModelLevels } from '../model-levels.ts';
import { atOnce, type Slices } from '../slices.ts';
import { type Endpoint, editBody } from './body.ts';
import { type ClientKind, clientKind } from './client-kind.ts';
import { editedNames, editInSlices } from './edits.ts';
import { type AccountCredentials, buildHeaders, routingHint } from './headers.ts';
import type { IdentityFacts, Platform } from './identity.ts';
import { builtInBook, type ProfileBook } from './profiles/book.ts';
import type { Profile } from './profiles/profile.ts';
import { decideTier, type TierAnswer } from './tier.ts';

/** Everything the normaliser looks at. It reads no clock and no store. */
export interface NormaliseQuestion {
  /** A Responses body: what the client sent, or what its dialect was translated to. */
  readonly body: JsonObject;
  /** The text of `body`. */
  readonly raw: Buffer;
  readonly headers: RawHeaders;
  /** Behind the client's path, with its question mark; none where it is absent. */
  readonly query?: string;
  /** `body` was translated: whatever client sent it, it has nothing of the official shape. */
  readonly isTranslated?: boolean;
  readonly endpoint: Endpoint;
  readonly transport: Transport;
  readonly policy: FastPolicy;
  readonly sessionId: string;
  readonly account: AccountCredentials;
  /** Tiers the catalogue lists for a slug; null for a slug it does not know. */
  readonly tiersOf: (slug: string) => readonly string[] | null;
  /** What a slug can be asked for; null for one the catalogue does not know. Nothing is fitted where it is absent. */
  readonly levelsOf?: (slug: string) => ModelLevels | null;
  readonly originator: string;
  readonly installationId: string;
  readonly turnId: string;
  readonly turnStartedAtMs: number;
  readonly platform: Platform;
  /** False where upstream does not take encoded bodies; it does where this is absent. */
  readonly encodesBody?: boolean;
  /** Where a turn's profile comes from; the built-in ones where it is absent. */
  readonly profiles?: Pick<ProfileBook, 'forCodex' | 'forOthers'>;
  /** Of the official shape, for an experiment; nothing where it is absent. */
  readonly leftOut?: readonly LeftOut[];
  /** What a coin fell on for this session and a model as it goes upstream; none is thrown where it is absent. */
  readonly coinFor?: (model: string) => string | null;
}

/** Parts of the official shape that a turn can do without. */
export type LeftOut = 'originator' | 'hint' | 'metadata';

/** Says plainly who asks, where the official originator is left out. */
const ownOriginator = 'slipstream';

export interface Normalised {
  /** Plain; where the headers name a `content-encoding`, the transport encodes it. */
  readonly body: Buffer;
  /** Names of its members. */
  readonly fields: readonly string[];
  readonly headers: RawHeaders;
  /** Behind upstream's path, with its question mark; empty where there is none. */
  readonly query: string;
  readonly changes: readonly Change[];
  readonly profile: string;
  readonly model: string;
  /** The client's name for the model, where it is an alias to map back; null otherwise. */
  readonly modelAlias: string | null;
  readonly tierSent: string | null;
  readonly routingHint: string;
  readonly modelHasTier: boolean | null;
}

/** `<model>-fast` stands for that model with its tier where no such slug exists. */
export function resolveModel(
  asked: string,
  tiersOf: NormaliseQuestion['tiersOf'],
): { readonly model: string; readonly aliasTier: Tier | null } {
  const alias = aliasParts(asked);
  return alias === null || tiersOf(asked) !== null || tiersOf(alias.model) === null
    ? { model: asked, aliasTier: null }
    : { model: alias.model, aliasTier: alias.tier };
}

/** Model and tier as they will go upstream. */
export interface TierPlan {
  readonly client: ClientKind;
  readonly asked: string;
  readonly model: string;
  /** The tier that the client's name for the model stands for; null: it is the model's own name. */
  readonly aliasTier: Tier | null;
  readonly listedTiers: readonly string[] | null;
  readonly tier: TierAnswer;
}

/** Decides model and tier, which chains and sockets depend on, ahead of the rest. */
export function planTier({
  body,
  headers,
  isTranslated = false,
  policy,
  tiersOf,
  coinFor,
}: Pick<NormaliseQuestion, 'body' | 'headers' | 'isTranslated' | 'policy' | 'tiersOf' | 'coinFor'>): TierPlan {
  const kind = clientKind(headers);
  const client = isTranslated ? { ...kind, isCodex: false } : kind;
  const asked = textMember(body, 'model') ?? '';
  const { model, aliasTier } = resolveModel(asked, tiersOf);
  const listedTiers = tiersOf(model);
  const tier = decideTier({
    policy,
    asked: body.service_tier,
    aliasTier,
    listedTiers,
    isCodexClient: client.isCodex,
    coin: coinFor?.(model) ?? null,
  });
  return { client, asked, model, aliasTier, listedTiers, tier };
}

function isHeaderText(member: Json | undefined): member is string | boolean {
  return typeof member === 'boolean' || (typeof member === 'string' && /^[\x20-\x7e]*$/.test(member));
}

/** Header and metadata that trade places between transports. */
function crossings(question: NormaliseQuestion, profile: Profile) {
  const metadata = objectMember(question.body, 'client_metadata');
  const metadataToAdd: Record<string, string> = {};
  const metadataToRemove: string[] = [];
  const crossed: RawHeader[] = [];
  let isLite = false;
  for (const crossing of profile.crossings) {
    const header = headerValue(question.headers, crossing.header);
    const member = metadata?.[crossing.metadata];
    if (header === 'true' || member === true || member === 'true') isLite = true;
    if (question.transport === 'ws') {
      if (header !== null) metadataToAdd[crossing.metadata] = header;
    } else if (member !== undefined) {
      metadataToRemove.push(crossing.metadata);
      if (isHeaderText(member)) crossed.push([crossing.header, String(member)]);
    }
  }
  if (question.transport === 'http') metadataToRemove.push(...profile.websocketOnlyMetadata);
  return { metadataToAdd, metadataToRemove, crossed, isLite };
}

/** Copied rather than written anew. */
const longInputChars = 64 * 1024;

/** The text of an input that is one long text. */
function longInput({ body, raw }: NormaliseQuestion): Buffer | null {
  if (typeof body.input !== 'string' || body.input.length < longInputChars) return null;
  const member = membersOf(raw).find(({ key }) => key === 'input');
  return member === undefined ? null : raw.subarray(member.valueStart, member.end);
}

/** The fast tier that a turn is about: the one sent, or the usual one. */
function fastTierSent(sent: string | null): string {
  return sent !== null && isFastTier(sent) ? sent : defaultTier.id;
}

/** Shapes one turn for upstream. Pure: the same question gives the same answer; where nothing changes, the bytes pass as they came. */
export function normalise(question: NormaliseQuestion): Normalised {
  return atOnce(normaliseInSlices(question));
}

/** The same with rests, for a body that may be long. */
export function* normaliseInSlices(question: NormaliseQuestion): Slices<Normalised> {
  const { body, headers, transport, leftOut = [], profiles = builtInBook } = question;
  const { client, asked, model, aliasTier, listedTiers, tier } = planTier(question);
  const profile = client.isCodex
    ? profiles.forCodex(headerValue(headers, 'version') ?? client.version)
    : profiles.forOthers();
  const identity: IdentityFacts = {
    profile,
    sessionId: question.sessionId,
    installationId: question.installationId,
    turnId: question.turnId,
    turnStartedAtMs: question.turnStartedAtMs,
    requestKind: body.generate === false ? 'prewarm' : 'turn',
    model,
    originator: leftOut.includes('originator') ? ownOriginator : question.originator,
    platform: question.platform,
    sendsTurnMetadata: !leftOut.includes('metadata'),
  };
  const { crossed, ...metadata } = crossings(question, profile);
  const { edits, changes } = yield* editBody({
    body,
    inputText: longInput(question),
    endpoint: question.endpoint,
    isCodex: client.isCodex,
    transport,
    identity,
    tier,
    levels: question.levelsOf?.(model) ?? null,
    ...metadata,
  });
  if (aliasTier !== null) {
    edits.set('model', model);
    changes.push({
      step: 'tier',
      path: 'body.model',
      action: 'set',
      why: tell('why.model.alias', { asked: String(asked), model, tier: aliasTier.id }),
    });
  }
  const built = buildHeaders({
    sent: headers,
    endpoint: question.endpoint,
    client,
    transport,
    profile,
    identity,
    account: question.account,
    model,
    tier: tier.sent,
    sendsHint: !leftOut.includes('hint'),
    encodesBody: question.encodesBody ?? true,
    crossed,
  });
  return {
    body: yield* editInSlices(question.raw, edits),
    fields: editedNames(body, edits),
    headers: built.headers,
    query: client.isCodex ? (question.query ?? '') : '',
    changes: [...changes, ...built.changes],
    profile: profile.id,
    model,
    modelAlias: aliasTier === null ? null : asked,
    tierSent: tier.sent,
    routingHint: routingHint(model, tier.sent),
    modelHasTier: listedTiers === null ? null : listedTiers.includes(fastTierSent(tier.sent)),
  };
}
