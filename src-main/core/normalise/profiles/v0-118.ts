import type { Profile } from './profile.ts';

/** codex 0.118.0; captures/old118-official-fast.json. */
export const profile0118: Profile = {
  id: '0.118',
  version: '0.118.0',
  websocketBeta: 'responses_websockets=2026-02-06',
  sessionHeaders: ['session_id'],
  windowHeader: null,
  betaFeatures: null,
  userAgentOn: ['http'],
  turnMetadata: ['session_id', 'turn_id'],
  clientMetadata: [],
  crossings: [],
  websocketOnlyMetadata: [],
  httpOnlyHeaders: ['x-codex-turn-state'],
};
