/** How accounts are named on the user's own screens. */
export const accountNameStyles = ['masked', 'name', 'email'] as const;
export type AccountNameStyle = (typeof accountNameStyles)[number];

interface Named {
  readonly email: string;
  readonly nickname: string | null;
  readonly plan: string | null;
  /** Masked; tells accounts apart that would be masked alike. */
  readonly label: string;
}

/**
 * An account's name for the user's own screens: its nickname, else as much of its e-mail as they chose to see, else its label.
 * What leaves the machine has the label.
 */
export function accountName({ email, nickname, plan, label }: Named, style: AccountNameStyle): string {
  if (nickname !== null) return nickname;
  const at = email.indexOf('@');
  if (style === 'masked' || at < 1) return label;
  const name = style === 'email' ? email : `${email.slice(0, at)}@${email.slice(at + 1, at + 2)}…`;
  const number = / #\d+$/.exec(label)?.[0] ?? '';
  return `${name}${plan === null ? '' : ` (${plan})`}${number}`;
}

/**
 * What a narrow place leaves out of a name, each as a whole and the last one first: who it is, what is shown of the domain, the plan
 * and the number. Cut anywhere else it would end in the mark of what is masked and that of the cut.
 */
export function nameParts(name: string): readonly string[] {
  const [, who = name, ...rest] = /^(.*?)(@\S…)?((?: \([^()]*\))?(?: #\d+)?)$/.exec(name) ?? [];
  return [who, ...rest].filter((part) => part !== undefined && part !== '');
}
