/** What the browser is told. `refused`: the person or the issuer said no; `failed`: the code could not be used. */
const texts = {
  done: ['Signed in', 'You are signed in to Slipstream. You can close this page.'],
  refused: ['Not signed in', 'The sign-in was refused. Slipstream says more.'],
  failed: ['Not signed in', 'The sign-in could not be completed. Slipstream says why.'],
  cancelled: ['Cancelled', 'The sign-in was cancelled.'],
  'wrong-state': [
    'Not this sign-in',
    'State mismatch: this page does not belong to the sign-in that Slipstream waits for.',
  ],
  'no-code': ['Not a sign-in', 'This address holds no code.'],
  'wrong-host': ['Refused', 'This address is not the one Slipstream waits on.'],
  'wrong-method': ['Refused', 'This page can only be opened.'],
  'wrong-caller': ['Refused', 'Other pages may not do this.'],
  unknown: ['Not found', 'There is no such page.'],
} as const satisfies Record<string, readonly [title: string, text: string]>;

export type PageKind = keyof typeof texts;

/** A page without scripts, images or anything that came from outside. */
export function callbackPage(kind: PageKind): string {
  const [title, text] = texts[kind];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} – Slipstream</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { display: grid; place-content: center; min-height: 90vh; margin: 0; padding: 1rem; text-align: center; }
</style>
<body><main><h1>${title}</h1><p>${text}</p></main></body>
</html>
`;
}
