import { SlipstreamError } from '../../../shared/errors.ts';
import { said } from '../../../shared/words/said.ts';
import { tell } from '../../../shared/words/told.ts';
import { isJsonObject, type JsonObject, numberMember, textMember } from '../../json.ts';
import { answerObject } from '../../json-answer.ts';
import type { Timer } from '../../ports.ts';
import { pollMs } from '../../told-numbers.ts';
import { clientId, type IssuerAnswer } from '../issuer-api.ts';
import type { Flow, FlowParts } from './flow.ts';

/* The vendor's own device sign-in, which is not RFC 8628 (PROTOCOL.md, Sign-in, captures/login-device.json). */

const limitMs = 15 * 60_000;
const defaultIntervalMs = 5_000;
/** It is shown, and typed by somebody. */
const userCodeForm = /^[\x21-\x7e]{1,64}$/;

/** Signs in with a code that is entered in a browser elsewhere. Throws `issuer_unreachable`, `sign_in_refused`. */
export async function startDeviceFlow(parts: FlowParts): Promise<Flow> {
  const { clock, send, issuerUrl } = parts;
  const answer = await send({
    path: '/api/accounts/deviceauth/usercode',
    body: { client_id: clientId },
    isIdentified: false,
  });
  const { deviceAuthId, userCode, intervalMs } = readUserCode(answer);
  const abort = new AbortController();
  const poll = new Poll(parts, { device_auth_id: deviceAuthId, user_code: userCode }, intervalMs, abort.signal);
  const timer = clock.after(limitMs, () => parts.end('failed', tell('failures.signIn.device.late')));
  poll.start();
  return {
    url: `${issuerUrl}/codex/device`,
    userCode,
    expiresAt: clock.epochMs() + limitMs,
    close: () => {
      timer.cancel();
      poll.stop();
      abort.abort();
    },
    paste: async () => {
      throw new SlipstreamError('sign_in_address_invalid', said('failures.signIn.paste'));
    },
  };
}

/** Asks until somebody has entered the code. */
class Poll {
  readonly #parts: FlowParts;
  readonly #body: JsonObject;
  readonly #intervalMs: number;
  readonly #signal: AbortSignal;
  #timer: Timer | null = null;
  #isOver = false;

  constructor(parts: FlowParts, body: JsonObject, intervalMs: number, signal: AbortSignal) {
    this.#parts = parts;
    this.#body = body;
    this.#intervalMs = intervalMs;
    this.#signal = signal;
  }

  /** The first question comes at once, as the official client's does. */
  start(): void {
    this.#timer = this.#parts.clock.after(0, () => void this.#ask());
  }

  stop(): void {
    this.#isOver = true;
    this.#timer?.cancel();
  }

  async #ask(): Promise<void> {
    const { send, grant, end, issuerUrl, clock } = this.#parts;
    const path = '/api/accounts/deviceauth/token';
    const answer = await send({ path, body: this.#body, isIdentified: false, signal: this.#signal });
    if (this.#isOver) return;
    if (isPending(answer)) {
      this.#timer = clock.after(this.#intervalMs, () => void this.#ask());
      return;
    }
    const body = answer.kind === 'answered' ? answerObject(answer.body) : null;
    const code = textMember(body, 'authorization_code');
    const verifier = textMember(body, 'code_verifier');
    if (answer.kind !== 'answered' || answer.status !== 200 || code === null || verifier === null) {
      end('failed', tell('failures.signIn.device.refused'));
      return;
    }
    await grant({ code, redirectUri: `${issuerUrl}/deviceauth/callback`, verifier });
  }
}

/** 403 and 404 say "not yet". A network that is away for a moment, or a busy issuer, is no reason to give up either. */
function isPending(answer: IssuerAnswer): boolean {
  if (answer.kind === 'unreachable') return true;
  return answer.status === 403 || answer.status === 404 || answer.status === 429 || answer.status >= 500;
}

function readUserCode(answer: IssuerAnswer) {
  if (answer.kind === 'unreachable') throw new SlipstreamError('issuer_unreachable');
  if (answer.status === 404) throw new SlipstreamError('sign_in_refused', said('failures.signIn.device.none'));
  const body = answerObject(answer.body);
  const deviceAuthId = textMember(body, 'device_auth_id');
  // Either name has been seen (PROTOCOL.md, Sign-in).
  const userCode = textMember(body, 'user_code') ?? textMember(body, 'usercode');
  if (
    answer.status !== 200 ||
    !isJsonObject(body) ||
    deviceAuthId === null ||
    userCode === null ||
    !userCodeForm.test(userCode)
  ) {
    throw new SlipstreamError('sign_in_refused', said('failures.signIn.device.code'));
  }
  return { deviceAuthId, userCode, intervalMs: pollMs(intervalSeconds(body)) ?? defaultIntervalMs };
}

/** A number, or a text of one. */
function intervalSeconds(body: JsonObject): number {
  return numberMember(body, 'interval') ?? Number(textMember(body, 'interval') ?? Number.NaN);
}
