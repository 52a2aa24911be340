import type { AccountStore } from '../core/accounts/store.ts';
import type { Host } from '../core/ports.ts';
import type { ProxyRoutes } from '../core/upstream/proxy.ts';
import { testWay } from '../core/upstream/way-test.ts';
import type { CoreHandlers } from '../shared/contract.ts';
import { meantProxy, shownProxy } from '../shared/proxy-address.ts';
import type { KeptProxy } from './kept-proxy.ts';

interface WayParts {
  readonly host: Pick<Host, 'clock'>;
  readonly proxy: Pick<KeptProxy, 'address'>;
  readonly store: Pick<AccountStore, 'get' | 'require'>;
  readonly proxies: ProxyRoutes;
  readonly upstreamUrl: string;
  readonly issuerUrl: string;
}

/** The call that tries a way out before, or after, it is set. */
export function wayHandlers({
  host,
  proxy,
  store,
  proxies,
  upstreamUrl,
  issuerUrl,
}: WayParts): Pick<CoreHandlers, 'ways.test'> {
  const { clock } = host;
  return {
    'ways.test': async ({ accountId, proxyUrl }) => {
      const stored = accountId === null ? proxy.address : store.require(accountId).proxyUrl;
      const own = meantProxy(proxyUrl, stored);
      // An account without its own goes the way of all, and all without a setting go as the machine says.
      const isForAll = accountId === null;
      const wayTo = async (url: string) => {
        if (own !== null) return { proxy: own, by: isForAll ? 'settings' : 'account' } as const;
        await proxies.readyByMachine(url);
        return isForAll ? proxies.wayByMachine(url) : proxies.wayTo(url);
      };
      const urls = [`${upstreamUrl}/responses`, issuerUrl];
      const ways = await Promise.all(urls.map(async (url) => ({ url, way: await wayTo(url) })));
      const hosts = await Promise.all(ways.map(({ url, way: { proxy } }) => testWay({ url, proxy, clock }, proxies)));
      const way = ways[0]?.way ?? { proxy: null, by: 'nobody' as const };
      return { proxyUrl: shownProxy(way.proxy), decidedBy: way.by, hosts };
    },
  };
}
