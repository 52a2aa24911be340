import { describe, expect, it } from 'vitest';
import { firstRoute, SystemRoutes } from '../../src-main/core/upstream/system-routes.ts';
import { skippingClock } from '../support/skipping-clock.ts';

describe('the answer of a PAC script', () => {
  it.each([
    ['DIRECT', null],
    ['PROXY a.example:3128; DIRECT', 'http://a.example:3128'],
    ['proxy a.example:3128', 'http://a.example:3128'],
    ['HTTPS b.example:443;PROXY a.example:1', 'https://b.example:443'],
    ['SOCKS5 c.example:1080', 'socks5h://c.example:1080'],
    [' ; SOCKS5 [::1]:1080', 'socks5h://[::1]:1080'],
    // Told as a proxy that cannot be used, rather than gone round.
    ['SOCKS d.example:1080; DIRECT', 'socks4://d.example:1080'],
    ['', null],
    ['NONSENSE x', null],
    ['PROXY', null],
  ])('%s means %s', (answer, route) => {
    expect(firstRoute(answer)).toBe(route);
  });
});

describe('the ways that the system says', () => {
  const host = 'https://chatgpt.com/backend-api/codex';

  it('are asked for once a host and 30 s, however many want to know', async () => {
    const clock = skippingClock();
    const asked: string[] = [];
    const routes = new SystemRoutes(async (url) => {
      asked.push(url);
      return `PROXY p${asked.length}.example:1`;
    }, clock);
    await Promise.all([routes.ready(host), routes.ready(`${host}/responses`)]);
    expect(routes.ready(host)).toBeNull();
    expect(routes.routeTo(host)).toBe('http://p1.example:1');
    clock.skip(30_000);
    await routes.ready(host);
    expect(routes.routeTo(host)).toBe('http://p2.example:1');
    routes.forget();
    expect(routes.routeTo(host)).toBe('http://p2.example:1');
    await routes.ready(host);
    expect(asked).toEqual(['https://chatgpt.com/', 'https://chatgpt.com/', 'https://chatgpt.com/']);
  });

  it('stay as they were where it fails or is silent', async () => {
    const clock = skippingClock();
    let answer: () => Promise<string> = async () => 'PROXY kept.example:1';
    const routes = new SystemRoutes(() => answer(), clock);
    await routes.ready(host);
    answer = () => Promise.reject(new Error('no script'));
    routes.forget();
    await routes.ready(host);
    expect(routes.routeTo(host)).toBe('http://kept.example:1');
    answer = () => new Promise(() => {});
    routes.forget();
    const waited = routes.ready(host);
    clock.skip(3_000);
    await waited;
    expect(routes.routeTo(host)).toBe('http://kept.example:1');
  });
});
