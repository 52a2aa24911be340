import { describe, expect, it } from 'vitest';
import { unreachableError } from '../../src-main/core/turn/next-step.ts';
import { faultText, type NetworkFault, networkFault } from '../../src-main/core/upstream/network-fault.ts';
import { errorTable } from '../../src-main/shared/errors.ts';

function systemError(code: string, message = `${code} happened`): Error {
  return Object.assign(new Error(message), { code });
}

const both = (codes: readonly string[]) =>
  Object.assign(new AggregateError(codes.map((code) => systemError(code))), { code: codes[0] });

describe('what keeps a connection from being made', () => {
  it.each<[string, unknown, NetworkFault]>([
    ['a name that does not exist', systemError('ENOTFOUND', 'getaddrinfo ENOTFOUND upstream.test'), 'name'],
    ['name servers that do not answer', systemError('EAI_AGAIN'), 'name'],
    ['a refusal', systemError('ECONNREFUSED'), 'refused'],
    ['a refusal of every address', both(['ECONNREFUSED', 'ECONNREFUSED']), 'refused'],
    ['no network', both(['ENETUNREACH', 'EHOSTUNREACH']), 'network'],
    ['no answer', systemError('ETIMEDOUT'), 'timeout'],
    ['no answer of a proxy', systemError('UND_ERR_HEADERS_TIMEOUT'), 'timeout'],
    ['no file descriptor', systemError('EMFILE', 'connect EMFILE'), 'room'],
    ['no room on the machine, for any address', both(['ENFILE', 'ENOBUFS']), 'room'],
    ['what undici wraps', new TypeError('fetch failed', { cause: systemError('ENOTFOUND') }), 'name'],
    [
      'several without a code of their own',
      new AggregateError([systemError('X'), systemError('ECONNREFUSED')]),
      'refused',
    ],
    ['a certificate', systemError('CERT_HAS_EXPIRED'), 'other'],
    ['anything else', 'text', 'other'],
  ])('%s', (_what, error, expected) => {
    expect(networkFault(error)).toBe(expected);
  });

  it('is told in words even where several addresses failed, which have none together', () => {
    expect(faultText(both(['ECONNREFUSED', 'ENETUNREACH']))).toBe('ECONNREFUSED happened, ENETUNREACH happened');
    expect(faultText(Object.assign(new Error(''), { code: 'EPIPE' }))).toBe('EPIPE');
    expect(faultText(null)).toBe('unknown error');
  });

  it('ends in errors that can be told apart', () => {
    const codes = (['name', 'refused', 'network', 'timeout', 'other'] as const).map((fault) => {
      const { code, message, status } = unreachableError('upstream.test', fault, 'why');
      expect(message).toContain('upstream.test');
      expect(message).toContain('why');
      expect(status).toBe(errorTable[code].status);
      return code;
    });
    expect([...new Set(codes)]).toEqual(['upstream_unresolved', 'upstream_unreachable']);
  });

  it('is not found in circles', () => {
    const error = new Error('round');
    error.cause = error;
    expect(networkFault(error)).toBe('other');
  });
});
