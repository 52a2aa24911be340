/** The device flow: a code on one machine, approved on another (PROTOCOL.md, Sign-in). */
import { createHash, randomInt } from 'node:crypto';
import type { SimulatedAccount } from '../accounts/accounts.ts';
import { newSecret } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import type { Refusal } from '../rules/refusal.ts';

interface Pending {
  readonly userCode: string;
  readonly expiresAtMs: number;
  account: SimulatedAccount | undefined;
}

/** Mints an authorization code for an account and a challenge. */
type MintCode = (account: SimulatedAccount, challenge: string) => string;

const LIFETIME_MS = 15 * 60 * 1000;
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ0123456789';

export class DeviceSignIns {
  #mintCode: MintCode;
  #pending = new Map<string, Pending>();

  constructor(mintCode: MintCode) {
    this.#mintCode = mintCode;
  }

  /** The answer of `/api/accounts/deviceauth/usercode`; upstream gives the interval as a string. */
  start(intervalS: number): JsonObject {
    const letters = (count: number) => Array.from({ length: count }, () => LETTERS[randomInt(LETTERS.length)]).join('');
    const userCode = `${letters(4)}-${letters(5)}`;
    const deviceAuthId = `deviceauth_${newSecret(16)}`;
    const expiresAtMs = Date.now() + LIFETIME_MS;
    this.#pending.set(deviceAuthId, { userCode, expiresAtMs, account: undefined });
    return {
      device_auth_id: deviceAuthId,
      user_code: userCode,
      interval: String(intervalS),
      expires_at: new Date(expiresAtMs).toISOString(),
    };
  }

  approve(account: SimulatedAccount, userCode: string): boolean {
    for (const pending of this.#pending.values()) {
      if (pending.userCode !== userCode || pending.expiresAtMs < Date.now()) continue;
      pending.account = account;
      return true;
    }
    return false;
  }

  /** 403 while nobody approved, 404 for an unknown or spent pair; the verifier comes from the server here. */
  poll(deviceAuthId: string, userCode: string): JsonObject | Refusal {
    const pending = this.#pending.get(deviceAuthId);
    if (!pending || pending.userCode !== userCode || pending.expiresAtMs < Date.now()) {
      return problem(404, 'Unknown device sign-in', 'deviceauth_not_found');
    }
    if (!pending.account) return problem(403, 'Not approved yet', 'deviceauth_authorization_pending');
    this.#pending.delete(deviceAuthId);
    const verifier = newSecret(48);
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    return {
      authorization_code: this.#mintCode(pending.account, challenge),
      code_challenge: challenge,
      code_verifier: verifier,
    };
  }
}

function problem(status: number, message: string, code: string): Refusal {
  return { status, message, type: 'invalid_request_error', code, param: null };
}
