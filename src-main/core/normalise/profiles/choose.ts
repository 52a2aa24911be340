import type { Profile } from './profile.ts';
import { profile0118 } from './v0-118.ts';
import { profile0169 } from './v0-169.ts';
import { profile0171 } from './v0-171.ts';

/** Newest first; the first is the default. */
const profiles: readonly Profile[] = [profile0171, profile0169, profile0118];

/** The profile a client that is not Codex is sent with. */
export const defaultProfile: Profile = profile0171;

/** The oldest client that anything is known of. */
export const oldestProfile: Profile = profile0118;

/** Every built-in profile, newest first. */
export const builtInProfiles = profiles;

/** The default profile under a newer version's number. */
export function defaultProfileAt(version: string = defaultProfile.version): Profile {
  return { ...defaultProfile, version };
}

/** The profile of a name in traces; null for one that is no more. */
export function profileNamed(id: string): Profile | null {
  return profiles.find((profile) => profile.id === id) ?? null;
}

/** The profile nearest to a Codex client's own version: the newest that is not newer; the default where it says none. */
export function profileFor(version: string | null): Profile {
  const minor = Number(version?.match(/^0\.(\d+)\./)?.[1] ?? Number.NaN);
  if (Number.isNaN(minor)) return defaultProfile;
  const minorOf = (profile: Profile) => Number(profile.id.split('.')[1]);
  return profiles.find((profile) => minorOf(profile) <= minor) ?? profile0118;
}
