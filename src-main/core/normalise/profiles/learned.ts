import type { Fill, LearnedName, LearnedProfile } from '../../../shared/learned-profile.ts';
import type { Transport } from '../../../shared/model.ts';
import { transports } from '../../../shared/turn-words.ts';
import { profileFor } from './choose.ts';
import type { CapturedShape, ClientMetadataField, Profile, ProfileExtra, TurnMetadataField } from './profile.ts';

/** Headers that no learned profile has a say in: credentials, the connection's own, and what names other programs. */
const neverFilled =
  /^(authorization|proxy-.*|cookie|set-cookie|host|connection|upgrade|te|trailer|expect|transfer-encoding|keep-alive|content-.*|accept|accept-.*|origin|referer|via|forwarded|x-forwarded-.*|x-real-ip|sec-.*|x-api-key|chatgpt-account-id|x-openai-account-routing-override|x-codex-routing-hint)$/;
/** Headers that the profile has members of their own for, or that the normaliser always builds. */
const builtHeaders = new Set([
  'originator',
  'user-agent',
  'version',
  'openai-beta',
  'x-codex-beta-features',
  'x-client-request-id',
  'x-codex-turn-metadata',
  'x-codex-turn-state',
  'x-openai-internal-codex-responses-lite',
]);
/** Members with a meaning of their own: what stands there is the client's or the normaliser's to say. */
const builtFields = new Set(
  'background client_metadata conversation generate include input instructions max_output_tokens max_tool_calls metadata model parallel_tool_calls previous_response_id prompt prompt_cache_key prompt_cache_retention reasoning safety_identifier service_tier store stream stream_options temperature text tool_choice tools top_logprobs top_p truncation type user'.split(
    ' ',
  ),
);

const turnFields: Readonly<Record<TurnMetadataField, true>> = {
  installation_id: true,
  session_id: true,
  thread_id: true,
  turn_id: true,
  window_id: true,
  request_kind: true,
  model: true,
  turn_started_at_unix_ms: true,
};
const clientFields: Readonly<Record<ClientMetadataField, true>> = {
  session_id: true,
  thread_id: true,
  turn_id: true,
  'x-codex-window-id': true,
  'x-codex-installation-id': true,
};
const isTurnField = (name: string): name is TurnMetadataField => Object.hasOwn(turnFields, name);
const isClientField = (name: string): name is ClientMetadataField => Object.hasOwn(clientFields, name);

/** Whether a learned profile may put something of its own into this header or body member. */
export function mayFill(part: 'header' | 'body member', name: string): boolean {
  return part === 'header' ? !neverFilled.test(name) && !builtHeaders.has(name) : !builtFields.has(name);
}

/** A constant is a text in a header; a body takes numbers and flags as well. */
function fits(part: 'header' | 'body member', fill: Fill): boolean {
  return part === 'body member' || fill.kind !== 'constant' || typeof fill.value === 'string';
}

/** Where the name is on every turn: what comes only with some could not be filled without knowing which. */
function alwaysOn({ on }: LearnedName): Transport[] {
  return transports.filter((transport) => on[transport] === 'always');
}

function extras(part: 'header' | 'body member', names: readonly LearnedName[]): ProfileExtra[] {
  return names.flatMap((learned) => {
    const { name, fill } = learned;
    const on = alwaysOn(learned);
    return fill === null || on.length === 0 || !mayFill(part, name) || !fits(part, fill) ? [] : [{ name, on, fill }];
  });
}

const isThere = (learned: LearnedName, transport: Transport) =>
  learned.on[transport] === 'always' || learned.on[transport] === 'sometimes';

function shapeOf(learned: LearnedProfile, transport: Transport, base: Profile): CapturedShape | null {
  const built = base.captured[transport];
  if (learned.source === 'cli' && !wasSeen(learned, transport)) return built;
  // Four short turns of one model show a name always that depends on the model: the recordings know better.
  const split = (names: readonly LearnedName[], maybe: readonly string[] = []) => ({
    always: names.filter(({ name, on }) => on[transport] === 'always' && !maybe.includes(name)).map(({ name }) => name),
    there: names.filter((each) => isThere(each, transport)).map(({ name }) => name),
  });
  const headers = split(learned.headers, built?.optionalHeaders);
  const fields = split(learned.fields, built?.optionalFields);
  if (learned.source === 'cli')
    return {
      headers: headers.always,
      optionalHeaders: rest(
        [...headers.there, ...(built?.headers ?? []), ...(built?.optionalHeaders ?? [])],
        headers.always,
      ),
      fields: fields.always,
      optionalFields: rest([...fields.there, ...(built?.optionalFields ?? [])], fields.always),
    };
  // Clients that pass are set up in ways that leave headers out, so that what they lack says nothing; and what they send over
  // one transport may go up over the other.
  const anywhere = (names: readonly LearnedName[]) => names.map(({ name }) => name);
  return {
    headers: built?.headers ?? [],
    optionalHeaders: rest([...(built?.optionalHeaders ?? []), ...anywhere(learned.headers)], built?.headers ?? []),
    fields: built?.fields ?? [],
    optionalFields: rest([...(built?.optionalFields ?? []), ...anywhere(learned.fields)], built?.fields ?? []),
  };
}

const rest = (names: readonly string[], without: readonly string[]) => [
  ...new Set(names.filter((name) => !without.includes(name))),
];

/** Whether anything of a transport is in the profile. */
export function wasSeen(learned: LearnedProfile, transport: Transport): boolean {
  return [...learned.headers, ...learned.fields].some(({ on }) => on[transport] !== 'unseen');
}

/** Name of a learned profile in traces. */
export function learnedId({ version, source }: Pick<LearnedProfile, 'version' | 'source'>): string {
  return `${version} ${source === 'cli' ? 'learned' : 'seen'}`;
}

/** The learned names that can be filled, in the order that the client writes those of before in. */
function inOrder<T extends string>(
  order: readonly T[],
  learned: readonly LearnedName[],
  fits: (name: string) => name is T,
): T[] {
  const names = learned.map(({ name }) => name).filter(fits);
  return [...order.filter((name) => names.includes(name)), ...names.filter((name) => !order.includes(name))];
}

/** Codings that upstream's answers can be read in. */
const readable = /^(zstd|gzip|br|deflate)(,\s?(zstd|gzip|br|deflate))*$/;

function acceptEncodingOf(learned: LearnedProfile, base: Profile): string | null {
  if (!wasSeen(learned, 'http')) return base.acceptEncoding;
  const { acceptEncoding } = learned;
  return acceptEncoding === null || readable.test(acceptEncoding) ? acceptEncoding : base.acceptEncoding;
}

/** A learned profile as the normaliser takes it, on top of the built-in one that is nearest to its version. */
export function profileOf(learned: LearnedProfile): Profile {
  const base = profileFor(learned.version);
  const common = {
    id: learnedId(learned),
    version: learned.version,
    capturedMetadata: {
      client: rest([...base.capturedMetadata.client, ...learned.clientMetadata.map(({ name }) => name)], []),
      turn: rest([...base.capturedMetadata.turn, ...learned.turnMetadata.map(({ name }) => name)], []),
    },
    captured: { ws: shapeOf(learned, 'ws', base), http: shapeOf(learned, 'http', base) },
  };
  // Of clients that pass only names are kept: nothing could be filled with them.
  if (learned.source === 'traffic') return { ...base, ...common };
  const holding = (kind: Fill['kind']) =>
    learned.headers.filter(
      ({ name, fill, on }) => fill?.kind === kind && on.ws !== 'sometimes' && mayFill('header', name),
    );
  const sessionHeaders = holding('session').map(({ name }) => name);
  const [windowHeader = null] = holding('window').map(({ name }) => name);
  const userAgentOn = transports.filter((transport) =>
    wasSeen(learned, transport)
      ? learned.headers.some((each) => each.name === 'user-agent' && isThere(each, transport))
      : base.userAgentOn.includes(transport),
  );
  const missing = (transport: Transport) =>
    wasSeen(learned, transport)
      ? (base.captured[transport]?.headers ?? []).filter(
          (name) => !learned.headers.some((each) => each.name === name && isThere(each, transport)),
        )
      : [];
  return {
    ...base,
    ...common,
    websocketBeta: learned.websocketBeta ?? base.websocketBeta,
    betaFeatures: wasSeen(learned, 'ws') ? learned.betaFeatures : base.betaFeatures,
    sessionHeaders: sessionHeaders.length > 0 ? sessionHeaders : base.sessionHeaders,
    windowHeader,
    acceptEncoding: acceptEncodingOf(learned, base),
    bodyEncoding: wasSeen(learned, 'http') ? learned.bodyEncoding : base.bodyEncoding,
    userAgentOn,
    turnMetadata: inOrder(base.turnMetadata, learned.turnMetadata, isTurnField),
    clientMetadata: inOrder(base.clientMetadata, learned.clientMetadata, isClientField),
    moreHeaders: extras('header', learned.headers).filter(
      ({ name }) => !sessionHeaders.includes(name) && name !== windowHeader,
    ),
    moreFields: extras('body member', learned.fields),
    without: { ws: missing('ws'), http: missing('http') },
    relayed: new Set(learned.headers.map(({ name }) => name).filter((name) => mayFill('header', name))),
    ...(learned.userAgent === null ? {} : { userAgentForm: learned.userAgent }),
  };
}
