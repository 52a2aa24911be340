import { expect } from 'vitest';
import type { TraceDetail } from '../../src-main/shared/model.ts';
import { HarRequest } from '../../src-main/shared/trace-tools.ts';
import { harProblems } from './har-schema.ts';
import type { Rig } from './slipstream.ts';

/** A frame to the client. */
export interface Own {
  readonly type: string;
  readonly bytes: number;
  readonly text: string | null;
}

async function ownOf(from: Rig, { row, frames }: TraceDetail): Promise<Own[]> {
  const own = frames.flatMap((frame, index) => (frame.direction === 'client-out' ? [{ ...frame, index }] : []));
  return Promise.all(
    own.map(async ({ type, bytes, index }) => {
      const { text } = await from.app.handlers['requests.text']({ id: row.id, part: index, offset: 0 });
      return { type, bytes, text };
    }),
  );
}

interface ClientEntry {
  readonly response: {
    readonly status: number;
    readonly content: { readonly text?: string; readonly comment?: string };
  };
  readonly _closeCode?: number;
  readonly _webSocketMessages?: readonly {
    readonly type: string;
    readonly data: string;
    readonly _type: string;
    readonly _bytes: number;
  }[];
}

/** The newest turn, once it has ended: what Slipstream told by itself, and the client's entry of its HAR. */
export async function tracedTurn(from: Rig) {
  const detail = await from.lastTrace();
  const request = HarRequest.parse({ ids: [detail.row.id], withBodies: true });
  const file = JSON.parse((await from.app.handlers['export.har'](request)).text);
  expect(harProblems(file)).toEqual([]);
  const entry: ClientEntry = file.log.entries[0];
  return { detail, own: await ownOf(from, detail), entry, content: entry.response.content };
}
