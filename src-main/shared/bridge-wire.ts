import { z } from 'zod';
import type { Delta } from './model.ts';
import type { Result } from './result.ts';

/**
 * The contract over a websocket (dashboard in a browser, command line). The first message is a hello with one credential;
 * the server answers a welcome, or closes with `bridgeCloseCodes.refused`. A ticket is single-use and becomes a tab session;
 * the browser's public key (SPKI, base64url) beside it lets that browser in from then on: it names itself, is sent a
 * challenge, and answers with a proof.
 */
export const Hello = z.strictObject({
  hello: z.union([
    z.strictObject({ ticket: z.string().max(200), publicKey: z.string().max(200).optional() }),
    z.strictObject({ session: z.string().max(200) }),
    z.strictObject({ browser: z.string().max(200) }),
    z.strictObject({ control: z.string().max(200) }),
  ]),
});
export type Hello = z.infer<typeof Hello>;

/** The signature of `signedText`: ECDSA P-256, SHA-256, the two numbers one after the other, base64url. */
export const Proof = z.strictObject({ proof: z.string().max(200) });
export type Proof = z.infer<typeof Proof>;

/** A call; `id` pairs it with its answer. */
export const CallMessage = z.strictObject({ id: z.number(), name: z.string().max(100), input: z.unknown() });
export type CallMessage = z.infer<typeof CallMessage>;

export type ServerMessage =
  /** `session` is null for a command; `browser` is the name under which the browser's key is known, where one was sent. */
  | { readonly welcome: { readonly session: string | null; readonly browser?: string } }
  | { readonly challenge: { readonly instance: string; readonly nonce: string } }
  | { readonly id: number; readonly result: Result<unknown> }
  | { readonly delta: Delta };
