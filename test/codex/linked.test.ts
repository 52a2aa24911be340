import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SimulatedAccount } from '../../src-main/simulator/accounts/accounts.ts';
import { type AccountsRig, startAccountsRig } from '../support/accounts-rig.ts';
import { type LinkedHome, linkedHome } from '../support/linked-home.ts';
import { askTurn } from '../support/turns.ts';
import { type CodexRun, runCodex } from './codex.ts';

const longMs = 10 * 24 * 3_600_000;
/** The CLI renews a token with so much left, Slipstream does not yet. */
const dueForCodexMs = 200_000;
/** Both do. */
const dueForBothMs = 100_000;
const prompt = 'Reply with exactly: OK';

let rig: AccountsRig;
let person: SimulatedAccount;
let home: LinkedHome;
let baseUrl: string;

beforeEach(async () => {
  rig = await startAccountsRig();
  person = rig.simulator.addAccount({ tokenLifetimeMs: dueForCodexMs });
  home = linkedHome(person.authJson());
  await rig.app.handlers['accounts.link']({ path: home.path });
  baseUrl = await rig.listen();
});
afterEach(async () => {
  await rig.stop();
  home.dispose();
});

/** The CLI with its own login, straight at the simulator (PROTOCOL.md, Ways in). */
function codexTurn(): Promise<CodexRun> {
  const config = [
    'model = "gpt-6.1-sol"',
    'model_provider = "direct"',
    'cli_auth_credentials_store = "file"',
    '[model_providers.direct]',
    'name = "Direct"',
    `base_url = "${rig.simulator.upstreamUrl}"`,
    'wire_api = "responses"',
    'requires_openai_auth = true',
    'supports_websockets = true',
    '',
  ].join('\n');
  const env = { CODEX_REFRESH_TOKEN_URL_OVERRIDE: `${rig.simulator.issuerUrl}/oauth/token` };
  return runCodex(prompt, { home: home.dir, config, env });
}

const ownTurn = () => askTurn(rig, baseUrl);
const rotations = () => rig.asked('/oauth/token').length;
const refusals = () =>
  rig.simulator.log.entries.filter((entry) => entry.kind === 'refusal' && entry.where === 'issuer');

describe('an auth.json shared with the Codex command', () => {
  it.each(['Slipstream', 'Codex'])('survives rotations started in turn by either side, first by %s', async (first) => {
    for (let round = 0; round < 6; round += 1) {
      const before = rotations();
      const isCodex = (round % 2 === 0) === (first === 'Codex');
      // The CLI gets a token that it need not renew again; Slipstream one that is due for the CLI.
      rig.simulator.issuer.options.tokenLifetimeMs = isCodex ? longMs : dueForCodexMs;
      if (isCodex) {
        expect(await codexTurn()).toMatchObject({ code: 0, stdout: expect.stringContaining('OK') });
      } else {
        person.invalidateAccess();
        expect(await ownTurn()).toMatchObject({ status: 200, text: expect.stringContaining('OK') });
      }
      expect(rotations()).toBe(before + 1);
      expect(home.read().tokens.refresh_token).toBe(person.refreshToken);
    }
    expect(rotations()).toBe(6);
    expect(refusals()).toEqual([]);
    expect(rig.notices).toEqual([]);
    expect(rig.app.snapshot().accounts).toMatchObject([{ state: 'ready', link: { state: 'ok' }, problem: null }]);
  });

  it('keeps every other key that the CLI wrote', async () => {
    await codexTurn();
    const written = home.read();
    person.invalidateAccess();
    await ownTurn();
    expect(home.read().tokens.refresh_token).not.toBe(written.tokens.refresh_token);
    const { tokens: _tokens, last_refresh: _time, ...ours } = home.read();
    const { tokens: _old, last_refresh: _before, ...theirs } = written;
    expect(ours).toEqual(theirs);
  });
});

describe('an auth.json renewed by both at the same time', () => {
  const rounds = Number(process.env.SLIPSTREAM_RACE_ROUNDS ?? 10);
  const longestOffsetMs = 500;

  it('is told as a rate, and a loss is never silent', { timeout: rounds * 30_000 }, async () => {
    const lost: string[] = [];
    // A refresh is under way for as long as over a real network.
    rig.simulator.setTiming({ networkDelayMs: 20 });
    for (let round = 0; round < rounds; round += 1) {
      await signInAnew();
      const offsetMs = Math.round((round / rounds) * longestOffsetMs);
      const [codex, own] = await Promise.all([codexTurn(), after(offsetMs).then(ownTurn)]);
      const [account] = rig.app.snapshot().accounts;
      expect(account).toBeDefined();
      // A sign-in that is dead is told, with the mend.
      if (account?.state === 'signed-out') expect(account.problem).toContain('codex login');
      if (refusals().length > 0) {
        lost.push(`Slipstream ${offsetMs} ms after: codex ended with ${codex.code}, Slipstream with ${own.status}`);
      }
    }
    const text = `simultaneous rotations, ${rounds} rounds: ${lost.length} collided`;
    process.stdout.write(`${[text, ...lost].join('\n')}\n`);
  });
});

/** What "codex login" does: a new sign-in in the file, due for both; it resolves once Slipstream has taken it over. */
async function signInAnew(): Promise<void> {
  rig.simulator.log.clear();
  const { expiresAtMs } = person.issueTokens(dueForBothMs);
  home.write(person.authJson());
  await taken(Math.floor(expiresAtMs / 1000) * 1000);
}

function after(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}

/** Resolves once Slipstream has the token that ends then. */
function taken(expiresAtMs: number): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      const [account] = rig.app.snapshot().accounts;
      if (account?.state !== 'ready' || account.tokenExpiresAt !== expiresAtMs) return;
      undo();
      resolve();
    };
    const undo = rig.app.onDelta(look);
    look();
  });
}
