import { z } from 'zod';
import type { Delta } from './model.ts';
import type { Result } from './result.ts';

/**
 * The contract over a websocket (dashboard in a browser, command line). The first message is a hello with one credential;
 * the server answers a welcome, or closes with `bridgeCloseCodes.refused`. A ticket is single-use and becomes a tab session.
 */
export const Hello = z.strictObject({
  hello: z.union([
    z.strictObject({ ticket: z.string().max(200) }),
    z.strictObject({ session: z.string().max(200) }),
    z.strictObject({ control: z.string().max(200) }),
  ]),
});
export type Hello = z.infer<typeof Hello>;

/** A call; `id` pairs it with its answer. */
export const CallMessage = z.strictObject({ id: z.number(), name: z.string().max(100), input: z.unknown() });
export type CallMessage = z.infer<typeof CallMessage>;

export type ServerMessage =
  /** `session` is null for a command. */
  | { readonly welcome: { readonly session: string | null } }
  | { readonly id: number; readonly result: Result<unknown> }
  | { readonly delta: Delta };
