import { createHash, randomBytes } from 'node:crypto';
import { clientId } from '../issuer-api.ts';

/** What proves that the code that comes back was asked for here: PKCE S256 and a state (RFC 7636, RFC 6749 §10.12). */
export interface SignInProof {
  readonly verifier: string;
  readonly challenge: string;
  readonly state: string;
}

/** A new proof, as long as the official client's: 64 random bytes and 32 (captures/login-browser.json). */
export function newProof(): SignInProof {
  const verifier = randomBytes(64).toString('base64url');
  return {
    verifier,
    challenge: createHash('sha256').update(verifier).digest('base64url'),
    state: randomBytes(32).toString('base64url'),
  };
}

/** The page to sign in on; parameters and their order as PROTOCOL.md, Sign-in. */
export function authorizeUrl(issuerUrl: string, redirectUri: string, proof: SignInProof): string {
  const query = new URLSearchParams([
    ['response_type', 'code'],
    ['client_id', clientId],
    ['redirect_uri', redirectUri],
    ['code_challenge', proof.challenge],
    ['code_challenge_method', 'S256'],
    ['state', proof.state],
    ['scope', 'openid profile email offline_access api.connectors.read api.connectors.invoke'],
    ['id_token_add_organizations', 'true'],
    ['codex_cli_simplified_flow', 'true'],
    ['originator', 'codex_cli_rs'],
  ]);
  return `${issuerUrl}/oauth/authorize?${query}`;
}
