import { describe, expect, it } from 'vitest';
import { whyNoReplay } from '../../src-renderer/features/requests/detail/unavailable-tools.ts';
import { makeDetail } from './detail-fixtures.ts';
import { makeRow } from './fixtures.ts';

describe('sending a turn again', () => {
  const of = (body: string | null) => {
    const detail = makeDetail(makeRow({ id: 'r1' }));
    return whyNoReplay({ ...detail, isStored: false, clientRequest: { ...detail.clientRequest, body } });
  };

  it.each([
    ['{"input":"hi"}', null],
    ['{"previous_response_id": "resp_1","input":[]}', 'goesOn'],
    ['{"previous_response_id":null,"input":[]}', null],
    [JSON.stringify({ input: 'say {"previous_response_id":"resp_1"}' }), null],
    [null, 'noBody'],
  ])('of %s is refused before it is tried: %s', (body, why) => {
    expect(of(body)).toBe(why);
  });
});
