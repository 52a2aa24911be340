/** The screens in the order of the navigation: their names are those of addresses and of icons. */
export const screens = [
  { name: 'overview', label: 'Overview', keys: 'g o' },
  { name: 'requests', label: 'Requests', keys: 'g r' },
  { name: 'latency', label: 'Latency', keys: 'g l' },
  { name: 'lab', label: 'Fast lab', keys: 'g f' },
  { name: 'accounts', label: 'Accounts', keys: 'g a' },
  { name: 'clients', label: 'Clients', keys: 'g c' },
  { name: 'codex', label: 'Codex', keys: 'g d' },
  { name: 'settings', label: 'Settings', keys: 'g s' },
] as const;

export type ScreenName = (typeof screens)[number]['name'];
