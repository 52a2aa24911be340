import type { WayProblem, WayTestHost } from '../../shared/ways.ts';
import { inTime } from '../in-time.ts';
import type { Clock } from '../ports.ts';
import { faultText, networkFault } from './network-fault.ts';
import type { ProxyRoutes } from './proxy.ts';

const limitMs = 10_000;

const untrusted: ReadonlySet<string> = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
]);

interface Question {
  readonly url: string;
  /** Null goes straight. */
  readonly proxy: string | null;
  readonly clock: Clock;
}

/**
 * Asks a host for the head of an address, without any sign-in, over a connection of its own; whatever it answers, it was
 * reached. Never rejects.
 */
export async function testWay({ url, proxy, clock }: Question, proxies: ProxyRoutes): Promise<WayTestHost> {
  const { host } = new URL(url);
  const startMs = clock.monotonicMs();
  const tookMs = () => clock.monotonicMs() - startMs;
  try {
    const dispatcher = await proxies.freshDispatcher(proxy);
    try {
      const { request } = await import('undici');
      const status = await inTime(clock, limitMs, async (signal) => {
        const answer = await request(url, { method: 'HEAD', dispatcher, signal });
        await answer.body.dump();
        return answer.statusCode;
      });
      // Only a proxy says this.
      if (status === 407) return { host, tookMs: tookMs(), problem: { kind: 'credentials', detail: '407' } };
      return { host, tookMs: tookMs(), problem: null };
    } finally {
      await dispatcher.destroy();
    }
  } catch (error) {
    return { host, tookMs: tookMs(), problem: wayProblem(error) };
  }
}

/** Why a way does not lead anywhere, with no credentials in it. */
function wayProblem(error: unknown): WayProblem {
  const detail = faultText(error);
  const whole = `${detail} ${faultText(error instanceof Error ? error.cause : null)}`;
  const status = /Proxy response \((\d{3})\)/.exec(whole)?.[1];
  if (status === '407' || /authentication failed|no accepted authentication/i.test(whole)) {
    return { kind: 'credentials', detail };
  }
  if (status !== undefined) return { kind: 'closed', detail: status };
  if (whole.includes('rejected connection')) return { kind: 'closed', detail };
  if (isUntrusted(error)) return { kind: 'untrusted', detail };
  if (error instanceof Error && error.name === 'TimeoutError') return { kind: 'timeout', detail };
  const fault = networkFault(error);
  return { kind: fault === 'room' ? 'other' : fault, detail };
}

function isUntrusted(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && untrusted.has(String(at.code))) return true;
  }
  return false;
}
