/** The screens in the order of the navigation: their names are those of addresses, of icons and of the texts `screens.*`. */
export const screens = [
  { name: 'overview', keys: 'g o' },
  { name: 'requests', keys: 'g r' },
  { name: 'sessions', keys: 'g e' },
  { name: 'latency', keys: 'g l' },
  { name: 'usage', keys: 'g u' },
  { name: 'lab', keys: 'g f' },
  { name: 'accounts', keys: 'g a' },
  { name: 'clients', keys: 'g c' },
  { name: 'codex', keys: 'g d' },
  { name: 'settings', keys: 'g s' },
] as const;

export type ScreenName = (typeof screens)[number]['name'];
