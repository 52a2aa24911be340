import { fieldsOfAll } from './fields.ts';
import type { Profile } from './profile.ts';

const fieldsOfBoth = [...fieldsOfAll, 'instructions', 'tools'];

/** codex 0.118.0; captures/old118-official-fast.json, v118-http.json. */
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
  bodyEncoding: 'zstd',
  acceptEncoding: null,
  capturedMetadata: { client: ['x-codex-turn-metadata'], turn: ['sandbox', 'session_id', 'turn_id'] },
  captured: {
    ws: {
      headers: [
        'authorization',
        'chatgpt-account-id',
        'openai-beta',
        'originator',
        'session_id',
        'version',
        'x-client-request-id',
        'x-codex-turn-metadata',
      ],
      optionalHeaders: ['x-codex-routing-hint'],
      fields: [...fieldsOfBoth, 'client_metadata', 'type'],
      optionalFields: ['generate', 'previous_response_id', 'service_tier'],
    },
    http: {
      headers: [
        'accept',
        'authorization',
        'chatgpt-account-id',
        'content-encoding',
        'content-type',
        'originator',
        'session_id',
        'user-agent',
        'version',
        'x-client-request-id',
        'x-codex-turn-metadata',
      ],
      optionalHeaders: ['x-codex-routing-hint', 'x-codex-turn-state'],
      fields: fieldsOfBoth,
      optionalFields: ['client_metadata', 'service_tier'],
    },
  },
};
