import { z } from 'zod';
import { FrameRecord } from './model.ts';

/** Questions about what was said in a turn: bodies and frames as they were on the wire, redacted, piece by piece. */

/** A body, or the payload of a frame by its index among the turn's. */
export const TextPart = z.union([z.enum(['client', 'upstream']), z.int().min(0).max(1_000_000)]);
export type TextPart = z.infer<typeof TextPart>;

export const TextQuery = z.object({
  id: z.string().max(200),
  part: TextPart,
  offset: z.int().min(0).max(1_000_000_000).default(0),
});
export type TextQuery = z.infer<typeof TextQuery>;

/** A piece of a text. */
export const TextPiece = z.object({
  /** Null where the text is not kept. */
  text: z.string().nullable(),
  /** Of the whole text, as far as it is kept. */
  totalChars: z.number(),
  /** The text was longer than what is kept of it. */
  isCut: z.boolean(),
  /** Where the next piece begins; null after the last. */
  next: z.number().nullable(),
});
export type TextPiece = z.infer<typeof TextPiece>;

export const PayloadQuery = z.object({
  id: z.string().max(200),
  /** Index of the first frame wanted. */
  from: z.int().min(0).max(1_000_000).default(0),
  /** `ends`: without the pieces of items, which the end of each item tells whole. */
  which: z.enum(['all', 'ends']).default('all'),
});
export type PayloadQuery = z.infer<typeof PayloadQuery>;

/** What upstream sent, frame by frame. */
export const PayloadPage = z.object({
  payloads: z.array(
    FrameRecord.extend({
      index: z.number(),
      /** Null where it is not kept. */
      text: z.string().nullable(),
      /** It has more than this. */
      isCut: z.boolean(),
    }),
  ),
  /** Where to go on; frames that come later begin there. */
  next: z.number(),
  /** Frames there are by now. */
  total: z.number(),
});
export type PayloadPage = z.infer<typeof PayloadPage>;
