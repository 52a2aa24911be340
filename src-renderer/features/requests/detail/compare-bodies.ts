/** One member of the two bodies, as indented text; null where that side lacks it. */
export interface ComparedMember {
  readonly key: string;
  readonly client: string | null;
  readonly upstream: string | null;
  readonly state: 'same' | 'changed' | 'added' | 'removed';
}

export type BodyComparison =
  | { readonly kind: 'members'; readonly members: readonly ComparedMember[] }
  /** At least one side is not a whole JSON object (cut, not kept, or not JSON): shown as it is. */
  | { readonly kind: 'text'; readonly client: string | null; readonly upstream: string | null };

/** Puts what the client sent beside what went upstream, member by member, in the client's order. */
export function compareBodies(client: string | null, upstream: string | null): BodyComparison {
  const clientMembers = readMembers(client);
  const upstreamMembers = readMembers(upstream);
  if (clientMembers === null || upstreamMembers === null) return { kind: 'text', client, upstream };
  const keys = [...clientMembers.keys(), ...[...upstreamMembers.keys()].filter((key) => !clientMembers.has(key))];
  return {
    kind: 'members',
    members: keys.map((key) => compareMember(key, clientMembers.get(key) ?? null, upstreamMembers.get(key) ?? null)),
  };
}

function compareMember(key: string, client: string | null, upstream: string | null): ComparedMember {
  if (client === null) return { key, client, upstream, state: 'added' };
  if (upstream === null) return { key, client, upstream, state: 'removed' };
  return { key, client, upstream, state: client === upstream ? 'same' : 'changed' };
}

function readMembers(text: string | null): Map<string, string> | null {
  if (text === null) return null;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return null;
  return new Map(Object.entries(json).map(([key, value]) => [key, JSON.stringify(value, null, 2)]));
}
