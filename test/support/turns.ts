import type { AccountsRig } from './accounts-rig.ts';

/** One turn through the proxy: its status and text. */
export async function askTurn(
  rig: AccountsRig,
  baseUrl: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${baseUrl}/v1/responses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${rig.app.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-6.1-sol', input: 'Reply with exactly: OK' }),
  });
  return { status: response.status, text: await response.text() };
}
